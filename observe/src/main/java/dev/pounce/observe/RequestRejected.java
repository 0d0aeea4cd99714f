package dev.pounce.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * The server refused a request itself. As a rule no {@link RequestStarted} came before; where the
 * application had begun to read a body that turned out malformed, too large or too slow, one did,
 * with the same request ID, and its {@link ResponseCompleted} follows.
 *
 * @param connection the connection it came on
 * @param requestId its ID, as the response carries it
 * @param method the method as sent, or {@code -} where it could not be read
 * @param path the path as sent, or {@code -} where it could not be read
 * @param reason why
 * @param status the status it was answered with
 * @param bytesSent the size of the answer's body, in bytes; 0 where the application's response
 *     counts it
 * @param duration from the first byte of the request to the last of the answer
 * @param timestamp when it was refused
 */
public record RequestRejected(
    ConnectionOpened connection,
    RequestId requestId,
    String method,
    String path,
    Reason reason,
    int status,
    long bytesSent,
    Duration duration,
    Instant timestamp)
    implements ConnectionEvent {

  /** Why a request was refused. */
  public enum Reason {
    /** It breaks the rules of HTTP, or asks for what is not spoken here. */
    MALFORMED,
    /** Its line, its head or its body is larger than the limits. */
    TOO_LARGE,
    /** There are as many connections as may be. */
    OVER_LIMIT,
    /** It did not arrive in time. */
    TIMEOUT,
    /** The server is shutting down. */
    DRAINING,
    /** Its client sends more than it may. */
    RATE;

    private final String label = name().toLowerCase(Locale.ROOT);

    /**
     * The name in logs and metrics.
     *
     * @return for example {@code too_large}
     */
    public String label() {
      return label;
    }
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
