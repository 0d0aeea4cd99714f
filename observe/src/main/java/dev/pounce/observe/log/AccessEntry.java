package dev.pounce.observe.log;

import dev.pounce.observe.RequestId;
import dev.pounce.observe.Trace;
import org.jspecify.annotations.Nullable;

/**
 * What the access log says about one request. Read once, on the thread that calls {@link
 * AccessLog#record}; nothing is kept of it, so one object can serve a whole connection.
 */
public interface AccessEntry {
  /**
   * The method as the client sent it.
   *
   * @return any text; the log makes it harmless
   */
  String method();

  /**
   * The path, with or without the query, as the server wants it logged.
   *
   * @return any text; the log makes it harmless
   */
  String path();

  /**
   * The version of HTTP.
   *
   * @return for example {@code 1.1}
   */
  String httpVersion();

  /**
   * The status that was sent.
   *
   * @return 100 to 599, or 0 where the client left before there was one
   */
  int status();

  /**
   * The size of the response's body.
   *
   * @return bytes, 0 or more
   */
  long bytesSent();

  /**
   * The time from the first byte of the request to the last of the response.
   *
   * @return nanoseconds, 0 or more
   */
  long durationNanos();

  /**
   * When the last byte of the response was sent.
   *
   * @return the time by {@link System#nanoTime}
   */
  long endNanos();

  /**
   * Who asked.
   *
   * @return address and port, for example {@code 127.0.0.1:5000}
   */
  String client();

  /**
   * The request's ID.
   *
   * @return the ID that the response carried
   */
  RequestId requestId();

  /**
   * The span that stands for the request.
   *
   * @return null if it is not traced
   */
  default @Nullable Trace trace() {
    return null;
  }
}
