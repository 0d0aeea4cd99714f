package dev.pounce.observe.metrics;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

/** The buckets that durations of requests are counted in. */
final class Buckets {

  /** The upper bounds, rising, each one included; above the last is one more bucket. */
  static final List<Duration> BOUNDS =
      LongStream.of(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000)
          .mapToObj(Duration::ofMillis)
          .toList();

  static final int COUNT = BOUNDS.size() + 1;

  private static final long[] NANOS = BOUNDS.stream().mapToLong(Duration::toNanos).toArray();

  private Buckets() {}

  /** The number of a duration's bucket, from 0. Most requests are in the first. */
  static int of(long nanos) {
    int bucket = 0;
    while (bucket < NANOS.length && nanos > NANOS[bucket]) {
      bucket++;
    }
    return bucket;
  }
}
