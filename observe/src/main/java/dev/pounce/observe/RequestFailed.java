package dev.pounce.observe;

import java.time.Duration;
import java.time.Instant;

/**
 * A request failed on the server's side: the application threw, broke a rule of its contract, took
 * too long, or was cut by a shutdown.
 *
 * @param request what failed
 * @param status what the client was told: 500, 504, or the application's own status where its
 *     response had begun; 0 if nothing was sent
 * @param bytesSent how much of a body was sent, in bytes
 * @param duration from the first byte of the request to the end
 * @param error what was thrown, or stands for what went wrong
 * @param timestamp when it ended
 */
public record RequestFailed(
    RequestStarted request,
    int status,
    long bytesSent,
    Duration duration,
    Throwable error,
    Instant timestamp)
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
