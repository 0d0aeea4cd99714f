package dev.pounce.house;

import java.io.OutputStream;
import java.io.PrintStream;

/**
 * Keeps standard error quiet while it is open: there the servers of this process say what they do,
 * and show the stack traces of the failures that a test provokes.
 */
final class Hush implements AutoCloseable {

  private final PrintStream before = System.err;

  private Hush() {
    System.setErr(new PrintStream(OutputStream.nullOutputStream()));
  }

  static Hush open() {
    return new Hush();
  }

  @Override
  public void close() {
    System.setErr(before);
  }
}
