package dev.pounce.server.supervise;

import dev.pounce.server.http1.Connection;
import dev.pounce.server.http1.ResponseHead;
import dev.pounce.server.http1.Timeouts;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks at every connection ten times a second and ends what is due. So a connection sets no timer
 * and parks on none: it writes down what it does and since when. The thread is a platform thread,
 * which runs though all carriers be busy.
 */
final class Reaper {

  private static final Logger LOGGER = System.getLogger("pounce");
  private static final Duration PERIOD = Duration.ofMillis(100);

  private final List<Worker> workers;
  private final ResponseHead heads;
  private final Timeouts timeouts;
  private final Thread thread;
  private volatile boolean stopped;

  Reaper(List<Worker> workers, ResponseHead heads, Timeouts timeouts) {
    this.workers = workers;
    this.heads = heads;
    this.timeouts = timeouts;
    this.thread = Thread.ofPlatform().name("pounce-reaper").daemon(true).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!stopped) {
      LockSupport.parkNanos(PERIOD.toNanos());
      try {
        heads.tick();
        long now = System.nanoTime();
        for (Worker worker : workers) {
          for (Connection connection : worker.connections()) {
            timeouts.tick(connection, now);
          }
        }
      } catch (RuntimeException | Error e) {
        LOGGER.log(Level.ERROR, "The reaper goes on after an error", e);
      }
    }
  }

  void stop() throws InterruptedException {
    stopped = true;
    LockSupport.unpark(thread);
    thread.join();
  }
}
