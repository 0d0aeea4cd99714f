package dev.pounce.otel;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** All that anybody in this process says in a log while this is open; the console hears none. */
final class SaidLog extends Handler implements AutoCloseable {

  private static final Logger ROOT = Logger.getLogger("");

  private final Handler[] others = ROOT.getHandlers();
  private final List<LogRecord> records = new CopyOnWriteArrayList<>();

  private SaidLog() {}

  static SaidLog open() {
    SaidLog log = new SaidLog();
    for (Handler other : log.others) {
      ROOT.removeHandler(other);
    }
    ROOT.addHandler(log);
    return log;
  }

  @Override
  public void publish(LogRecord line) {
    records.add(line);
  }

  /** Everything from informational upwards: {@code WARNING pounce: ...}. */
  List<String> lines() {
    return records.stream()
        .filter(r -> r.getLevel().intValue() >= Level.INFO.intValue())
        .map(r -> r.getLevel() + " " + r.getLoggerName() + ": " + r.getMessage())
        .toList();
  }

  @Override
  public void flush() {
    // nothing is held back
  }

  @Override
  public void close() {
    ROOT.removeHandler(this);
    for (Handler other : others) {
      ROOT.addHandler(other);
    }
  }
}
