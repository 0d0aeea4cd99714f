package dev.pounce.server.supervise;

import dev.pounce.server.systemd.Notification;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Tells systemd that the server is alive, as long as virtual threads run: what serves requests is
 * what has to be alive, not a thread that does nothing else.
 */
public final class Watchdog implements AutoCloseable {

  private final @Nullable Thread thread;
  private volatile boolean stopped;

  private Watchdog(Notification systemd, @Nullable Duration interval, Supervisor supervisor) {
    thread =
        interval == null
            ? null
            : Thread.ofPlatform()
                .daemon(true)
                .name("pounce-watchdog")
                .start(() -> run(systemd, interval, supervisor));
  }

  /** Begins, if systemd wants to know. */
  public static Watchdog start(Notification systemd, Supervisor supervisor) {
    return new Watchdog(systemd, systemd.watchdogInterval().orElse(null), supervisor);
  }

  private void run(Notification systemd, Duration interval, Supervisor supervisor) {
    while (!stopped) {
      if (supervisor.isAlive()) {
        systemd.watchdog();
      }
      LockSupport.parkNanos(interval.toNanos());
    }
  }

  @Override
  public void close() {
    stopped = true;
    LockSupport.unpark(thread);
  }
}
