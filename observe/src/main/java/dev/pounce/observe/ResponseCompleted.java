package dev.pounce.observe;

import java.time.Duration;
import java.time.Instant;

/**
 * A response was sent to its last byte.
 *
 * @param request what it answers
 * @param status 200 to 599
 * @param bytesSent the size of its body, in bytes
 * @param duration from the first byte of the request to the last of the response
 * @param timestamp when the last byte was written
 */
public record ResponseCompleted(
    RequestStarted request, int status, long bytesSent, Duration duration, Instant timestamp)
    implements ConnectionEvent {

  @Override
  public long connectionId() {
    return request.connectionId();
  }

  @Override
  public int workerId() {
    return request.workerId();
  }
}
