package dev.pounce.server;

import java.io.IOException;

/** A server could not start; the message says why, in one line. */
public final class StartupException extends IOException {

  private static final long serialVersionUID = 1L;

  StartupException(String message) {
    super(message);
  }

  StartupException(String message, Throwable cause) {
    super(message, cause);
  }
}
