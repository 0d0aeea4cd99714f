package dev.pounce.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * A connection was closed, by either side.
 *
 * @param connection which one
 * @param requestsServed how many {@link ResponseCompleted} it gave
 * @param totalBytesSent the bytes of all bodies sent on it, but for built-ins
 * @param duration from its acceptance to its end
 * @param reason why it ended
 * @param timestamp when it ended
 */
public record ConnectionCompleted(
    ConnectionOpened connection,
    long requestsServed,
    long totalBytesSent,
    Duration duration,
    Reason reason,
    Instant timestamp)
    implements ConnectionEvent {

  /** Why a connection ended. */
  public enum Reason {
    /** It was closed after a response, or after a request that was answered. */
    COMPLETE,
    /** It was idle, or a request was on its way, for too long. */
    TIMEOUT,
    /** The client closed it early. */
    CLIENT_DISCONNECT,
    /**
     * The client broke the protocol, the application its response, or a shutdown the connection.
     */
    ERROR,
    /** There were as many connections as may be. */
    BACKPRESSURE,
    /** Its TLS handshake failed, or did not end in time. */
    HANDSHAKE;

    private final String label = name().toLowerCase(Locale.ROOT);

    /**
     * The name in logs and metrics.
     *
     * @return for example {@code client_disconnect}
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
