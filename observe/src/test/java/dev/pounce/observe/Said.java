package dev.pounce.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What is said to a logger while this is open; the console hears none of it. */
final class Said extends Handler implements AutoCloseable {

  private final Logger logger;
  private final List<LogRecord> records = new ArrayList<>();

  private Said(Logger logger) {
    this.logger = logger;
  }

  static Said by(String name) {
    Said said = new Said(Logger.getLogger(name));
    said.logger.setUseParentHandlers(false);
    said.logger.addHandler(said);
    return said;
  }

  synchronized List<LogRecord> records() {
    return List.copyOf(records);
  }

  @Override
  public synchronized void publish(LogRecord record) {
    records.add(record);
  }

  @Override
  public void flush() {
    // nothing is held back
  }

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
  }
}
