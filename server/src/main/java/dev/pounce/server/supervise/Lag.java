package dev.pounce.server.supervise;

import dev.pounce.observe.Distribution;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Stream;

/**
 * How late virtual threads have run. One thread adds, any thread reads: a sum that is a moment
 * older than its counts is all that can be seen.
 */
public final class Lag {

  private static final List<Duration> BOUNDS =
      Stream.of(100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000)
          .map(micros -> Duration.ofNanos(micros * 1_000L))
          .toList();

  private static final int SUM = BOUNDS.size() + 1;

  /** The counts, and behind them the sum in nanoseconds. */
  private final AtomicLongArray cells = new AtomicLongArray(SUM + 1);

  private final AtomicLong stalls = new AtomicLong();

  /** None yet. */
  public Lag() {}

  /** Adds a delay. Called by one thread. */
  void add(Duration delay) {
    int bucket = 0;
    while (bucket < BOUNDS.size() && delay.compareTo(BOUNDS.get(bucket)) > 0) {
      bucket++;
    }
    add(bucket, 1);
    add(SUM, delay.toNanos());
  }

  private void add(int cell, long more) {
    cells.setRelease(cell, cells.getPlain(cell) + more);
  }

  /** Adds a delay that was longer than it may be. */
  void stalled() {
    stalls.incrementAndGet();
  }

  /** How many delays were longer than they may be. Any thread. */
  public long stalls() {
    return stalls.get();
  }

  /** All delays so far. Any thread. */
  public Distribution distribution() {
    List<Long> counts = new ArrayList<>();
    for (int bucket = 0; bucket < SUM; bucket++) {
      counts.add(cells.getAcquire(bucket));
    }
    return new Distribution(BOUNDS, counts, Duration.ofNanos(cells.getAcquire(SUM)));
  }
}
