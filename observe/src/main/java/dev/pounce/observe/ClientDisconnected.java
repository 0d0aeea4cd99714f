package dev.pounce.observe;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The client left in the middle of a request.
 *
 * @param connection the connection it has left
 * @param request the request that was under way, or null if its head was not complete
 * @param duringStreaming whether the response had begun
 * @param bytesSent how much of a response's body was sent, in bytes
 * @param duration from the first byte of the request to the end
 * @param timestamp when the server was done with it
 */
public record ClientDisconnected(
    ConnectionOpened connection,
    @Nullable RequestStarted request,
    boolean duringStreaming,
    long bytesSent,
    Duration duration,
    Instant timestamp)
    implements ConnectionEvent {

  @Override
  public long connectionId() {
    return connection.connectionId();
  }

  @Override
  public int workerId() {
    return connection.workerId();
  }
}
