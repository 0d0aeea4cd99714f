package dev.pounce.observe;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request's head was read, and the application gets it.
 *
 * @param connection the connection it came on
 * @param requestId its ID, as the response carries it
 * @param method the method, as sent
 * @param path the path, as sent, without the query
 * @param httpVersion {@code 1.0}, {@code 1.1} or {@code 2.0}
 * @param protocol what it is part of: HTTP, or the WebSocket that it opens
 * @param streamId its stream's number on an HTTP/2 connection; 0 where there are no streams
 * @param trace the span that was made for it, or null if it is not traced
 * @param timestamp when its head was complete
 */
public record RequestStarted(
    ConnectionOpened connection,
    RequestId requestId,
    String method,
    String path,
    String httpVersion,
    Protocol protocol,
    int streamId,
    @Nullable Trace trace,
    Instant timestamp)
    implements ConnectionEvent {

  /**
   * One on a connection without streams.
   *
   * @param connection the connection it came on
   * @param requestId its ID
   * @param method the method
   * @param path the path
   * @param httpVersion the version
   * @param protocol what it is part of
   * @param trace its span, or null
   * @param timestamp when its head was complete
   */
  public RequestStarted(
      ConnectionOpened connection,
      RequestId requestId,
      String method,
      String path,
      String httpVersion,
      Protocol protocol,
      @Nullable Trace trace,
      Instant timestamp) {
    this(connection, requestId, method, path, httpVersion, protocol, 0, trace, timestamp);
  }

  @Override
  public long connectionId() {
    return connection.connectionId();
  }

  @Override
  public int workerId() {
    return connection.workerId();
  }
}
