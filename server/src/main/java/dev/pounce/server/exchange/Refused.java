package dev.pounce.server.exchange;

import dev.pounce.observe.RequestId;
import dev.pounce.observe.log.AccessEntry;

/**
 * The access-log entry of a request that never reached the application.
 *
 * @param line what was asked for, as far as it could be read
 * @param requestId the request's ID
 * @param status the status it was answered with
 * @param bytesSent the length of the answer's body
 * @param durationNanos the time from the first octet to the last
 * @param endNanos when its last octet was sent, by {@link System#nanoTime}
 * @param client the peer
 */
public record Refused(
    RequestLine line,
    RequestId requestId,
    int status,
    long bytesSent,
    long durationNanos,
    long endNanos,
    String client)
    implements AccessEntry {

  @Override
  public String method() {
    return line.method();
  }

  @Override
  public String path() {
    return line.rawPath();
  }

  @Override
  public String httpVersion() {
    return line.httpVersion();
  }
}
