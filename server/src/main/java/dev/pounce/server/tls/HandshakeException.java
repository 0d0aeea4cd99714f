package dev.pounce.server.tls;

import java.io.IOException;

/** A connection on which no handshake was agreed on: nothing else comes of it. */
public final class HandshakeException extends IOException {

  private static final long serialVersionUID = 1L;

  private final boolean plain;

  /**
   * A handshake that has failed.
   *
   * @param plain whether the client speaks HTTP without TLS
   */
  public HandshakeException(String message, boolean plain) {
    super(message);
    this.plain = plain;
  }

  /** Whether the client speaks HTTP without TLS, and would understand an answer. */
  public boolean isPlain() {
    return plain;
  }
}
