package dev.pounce.server.supervise;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

/** Brings workers to their end: requests under way end, and what has not ended in time is cut. */
public final class Drain {

  private static final Logger LOGGER = System.getLogger("pounce");

  /** Requests that are on their way when a drain begins get one step's time to arrive. */
  private static final Duration STEP = Duration.ofMillis(100);

  private static final Duration CUT_PATIENCE = Duration.ofSeconds(2);

  private final List<Worker> workers;
  private final Duration patience;
  private volatile Duration idlePatience;
  private final String limit;
  private final AtomicBoolean clean = new AtomicBoolean(true);
  private volatile boolean forced;
  private long begun;

  /**
   * A drain that has not begun.
   *
   * @param patience how long it waits for requests
   * @param idlePatience how long it lets connections be that are between requests
   * @param limit the setting that the patience comes from, as logs have it
   */
  Drain(List<Worker> workers, Duration patience, Duration idlePatience, String limit) {
    this.workers = workers;
    this.patience = patience;
    this.idlePatience = idlePatience;
    this.limit = limit;
  }

  /** Cuts at once what has not ended yet. Any thread. */
  void force() {
    forced = true;
  }

  /** Lets idle connections be no longer. Any thread. */
  void hurry() {
    idlePatience = Duration.ZERO;
  }

  /** From now on each answer is its connection's last. */
  void begin() {
    begun = System.nanoTime();
    workers.forEach(Worker::drain);
  }

  /**
   * Drains all workers at the same time.
   *
   * @return whether nothing had to be cut
   */
  boolean end() throws InterruptedException {
    List<Thread> drains = new ArrayList<>();
    for (Worker worker : workers) {
      drains.add(
          Thread.ofPlatform().name("pounce-drain-" + worker.id()).start(() -> drain(worker)));
    }
    for (Thread drain : drains) {
      drain.join();
    }
    return clean.get();
  }

  private void drain(Worker worker) {
    try {
      String name = "Worker " + worker.id();
      int cut = 0;
      if (awaitEnd(worker)) {
        LOGGER.log(Level.INFO, name + " stopped");
      } else {
        cut = cut(worker, name);
      }
      worker.drained(cut);
    } catch (InterruptedException e) {
      clean.set(false);
    }
  }

  private boolean awaitEnd(Worker worker) throws InterruptedException {
    for (long waited = 0; !forced && waited < patience.toNanos(); waited = passed()) {
      if (worker.awaitEmpty(STEP.toNanos())) {
        return true;
      }
      if (passed() >= idlePatience.toNanos()) {
        worker.endIdle();
      }
    }
    return false;
  }

  private long passed() {
    return System.nanoTime() - begun;
  }

  private int cut(Worker worker, String name) throws InterruptedException {
    LOGGER.log(
        Level.WARNING,
        name
            + (forced
                ? " was told to stop at once"
                : " did not stop within " + limit + " (" + seconds(patience) + "s)")
            + " — force terminating");
    int cut = worker.cut();
    if (cut > 0) {
      clean.set(false);
    }
    LOGGER.log(Level.WARNING, name + " cut " + cut + " request(s)");
    boolean stopped = worker.awaitEmpty(CUT_PATIENCE.toNanos());
    LOGGER.log(
        stopped ? Level.INFO : Level.WARNING,
        name + (stopped ? " stopped" : " left behind handlers that ignore their interrupt"));
    return cut;
  }

  /** A duration as log lines have it, in seconds. */
  public static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1000.0);
  }
}
