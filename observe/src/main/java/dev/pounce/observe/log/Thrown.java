package dev.pounce.observe.log;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Says what was thrown. It may be an application's own, and throw as soon as it is asked. */
final class Thrown {
  private Thrown() {}

  /** The type and the message. */
  static String name(Throwable thrown) {
    try {
      return String.valueOf(thrown.toString());
    } catch (Throwable unspeakable) {
      return thrown.getClass().getName();
    }
  }

  /** The stack trace, with those of its causes. */
  static String trace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    try {
      thrown.printStackTrace(new PrintWriter(trace));
    } catch (Throwable unspeakable) {
      trace.append(thrown.getClass().getName()).append(": ");
      trace.append(unspeakable.getClass().getName()).append(" when asked what it is");
    }
    return trace.toString().stripTrailing();
  }
}
