package dev.pounce.observe.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/** Lines to the JDK's loggers, one by one: the program that embeds the server decides the rest. */
final class LoggerSink implements Sink {
  private record Line(LogLevel level, LogName name, String text) {}

  private @Nullable Line line;

  @Override
  public boolean fits(int length) {
    return line == null;
  }

  @Override
  public void add(LogLevel level, LogName name, byte[] bytes, int offset, int length) {
    boolean ended = length > 0 && bytes[offset + length - 1] == '\n';
    line = new Line(level, name, new String(bytes, offset, ended ? length - 1 : length, UTF_8));
  }

  @Override
  public int lines() {
    return line == null ? 0 : 1;
  }

  @Override
  public void write() {
    Line next = line;
    line = null;
    if (next != null) {
      System.getLogger(next.name().logger()).log(next.level().system(), next.text());
    }
  }
}
