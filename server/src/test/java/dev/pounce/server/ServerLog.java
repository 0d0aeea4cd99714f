package dev.pounce.server;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * What servers in this process say of themselves while this is open; the console hears none of it.
 */
public final class ServerLog extends Handler implements AutoCloseable {

  private final Handler[] others = Running.SAID.getHandlers();
  private final List<LogRecord> records = new ArrayList<>();

  private ServerLog() {}

  /** Listens from now on. */
  public static ServerLog open() {
    ServerLog log = new ServerLog();
    for (Handler other : log.others) {
      Running.SAID.removeHandler(other);
    }
    Running.SAID.addHandler(log);
    return log;
  }

  @Override
  public synchronized void publish(LogRecord line) {
    records.add(line);
  }

  /** All messages so far, in order. */
  public synchronized List<String> messages() {
    return records.stream().map(LogRecord::getMessage).toList();
  }

  /** The records of this level or above so far. */
  public synchronized List<LogRecord> atLeast(Level level) {
    return records.stream().filter(r -> r.getLevel().intValue() >= level.intValue()).toList();
  }

  public void await(String message) throws Exception {
    Await.until("the server says: " + message, () -> messages().contains(message));
  }

  /** Waits for a message that begins like this, and gives it. */
  public String awaitStart(String start) throws Exception {
    Await.until(
        "the server says: " + start + "...",
        () -> messages().stream().anyMatch(message -> message.startsWith(start)));
    return messages().stream()
        .filter(message -> message.startsWith(start))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void flush() {
    // nothing is held back
  }

  @Override
  public void close() {
    Running.SAID.removeHandler(this);
    for (Handler other : others) {
      Running.SAID.addHandler(other);
    }
  }
}
