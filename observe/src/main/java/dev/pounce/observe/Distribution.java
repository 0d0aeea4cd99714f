package dev.pounce.observe;

import java.time.Duration;
import java.util.List;

/**
 * How values are spread.
 *
 * @param bounds the upper bounds of the buckets, rising, each one included; above the last is one
 *     more bucket
 * @param counts how many values fell into each bucket: one number more than bounds
 * @param sum all values together
 */
public record Distribution(List<Duration> bounds, List<Long> counts, Duration sum) {

  /**
   * Copies what it is given.
   *
   * @throws IllegalArgumentException if there is not one count more than bounds
   */
  public Distribution {
    bounds = List.copyOf(bounds);
    counts = List.copyOf(counts);
    if (counts.size() != bounds.size() + 1) {
      throw new IllegalArgumentException(
          "counts: " + counts.size() + " (expected: " + (bounds.size() + 1) + ")");
    }
  }

  /**
   * How many values there are.
   *
   * @return 0 or more
   */
  public long count() {
    return counts.stream().mapToLong(Long::longValue).sum();
  }
}
