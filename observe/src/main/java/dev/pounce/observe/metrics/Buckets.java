package dev.pounce.observe.metrics;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

/** The buckets that durations of requests are counted in. */
final class Buckets {

  private static final long[] MILLIS = {5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000};
  private static final long NANOS_OF_MILLI = 1_000_000;

  static final int COUNT = MILLIS.length + 1;

  private Buckets() {}

  /** The number of a duration's bucket, from 0. Most requests are in the first. */
  static int of(long nanos) {
    int bucket = 0;
    while (bucket < MILLIS.length && nanos > MILLIS[bucket] * NANOS_OF_MILLI) {
      bucket++;
    }
    return bucket;
  }

  /** The upper bounds, rising, each one included; above the last is one more bucket. */
  static List<Duration> bounds() {
    return LongStream.of(MILLIS).mapToObj(Duration::ofMillis).toList();
  }
}
