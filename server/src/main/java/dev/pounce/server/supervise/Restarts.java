package dev.pounce.server.supervise;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongSupplier;

/**
 * How often what ends in an error is started again: what fails more often would fail for ever, and
 * has to be said aloud. Not for several threads.
 */
public final class Restarts {

  private static final int MOST = 5;
  private static final Duration WINDOW = Duration.ofSeconds(60);

  private final LongSupplier clock;
  private final Queue<Long> granted = new ArrayDeque<>();

  /** None yet, by {@link System#nanoTime}. */
  public Restarts() {
    this(System::nanoTime);
  }

  Restarts(LongSupplier clock) {
    this.clock = clock;
  }

  /** Whether there may be one more now, which then counts. */
  public boolean grant() {
    long now = clock.getAsLong();
    for (Long oldest = granted.peek();
        oldest != null && now - oldest >= WINDOW.toNanos();
        oldest = granted.peek()) {
      granted.remove();
    }
    return granted.size() < MOST && granted.add(now);
  }

  /** What there was too much of, to be read by people. */
  public static String limit() {
    return "more than " + MOST + " restarts in " + WINDOW.toSeconds() + " s";
  }
}
