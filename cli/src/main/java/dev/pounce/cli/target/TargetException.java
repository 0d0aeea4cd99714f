package dev.pounce.cli.target;

import org.jspecify.annotations.Nullable;

/**
 * A target that can't be served. The message says what was looked for and what was found; a cause
 * is there only where the target's own code failed.
 */
public final class TargetException extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean compiler;

  TargetException(String message) {
    this(message, null);
  }

  TargetException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.compiler = false;
  }

  private TargetException(String message, boolean compiler) {
    super(message);
    this.compiler = compiler;
  }

  static TargetException compiler(String errors) {
    return new TargetException(errors, true);
  }

  /** Whether the message is what the compiler printed, to be shown as it is. */
  public boolean isFromCompiler() {
    return compiler;
  }
}
