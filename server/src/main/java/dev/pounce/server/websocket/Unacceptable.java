package dev.pounce.server.websocket;

/**
 * A handshake that cannot become a WebSocket. It carries no stack trace: a bad client must not cost
 * one.
 */
public final class Unacceptable extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;

  Unacceptable(int status, String reason) {
    super(reason, null, false, false);
    this.status = status;
  }

  /**
   * The status to answer with: 400; or 426, with the field {@code Sec-WebSocket-Version} of {@link
   * Handshake#VERSION}.
   */
  public int status() {
    return status;
  }

  /** What was wrong. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
