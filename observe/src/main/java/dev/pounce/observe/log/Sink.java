package dev.pounce.observe.log;

import java.io.IOException;

/**
 * Where drained lines go: it collects some, then writes them at once. Called by the log's thread
 * alone.
 */
sealed interface Sink permits StreamSink, LoggerSink {
  /** Whether one more line of this many bytes can be collected before {@link #write}. */
  boolean fits(int length);

  /** Collects a line, for which {@link #fits} just said yes. The bytes are copied. */
  void add(LogLevel level, LogName name, byte[] bytes, int offset, int length);

  /** The lines collected and not written. */
  int lines();

  /**
   * Writes what was collected, and has nothing collected afterwards, written or not.
   *
   * @throws IOException if the lines did not get through
   */
  void write() throws IOException;
}
