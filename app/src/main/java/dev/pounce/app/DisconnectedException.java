package dev.pounce.app;

import java.io.IOException;

/**
 * There is nobody to talk to any more: the client has gone, or the server has given the request up.
 */
public final class DisconnectedException extends IOException {

  private static final long serialVersionUID = 1L;

  /** An exception that says who ended the exchange. */
  public DisconnectedException(String message) {
    super(message);
  }

  /** An exception that says who ended the exchange, and the I/O error that told. */
  public DisconnectedException(String message, Throwable cause) {
    super(message, cause);
  }
}
