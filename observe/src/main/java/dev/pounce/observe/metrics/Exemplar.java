package dev.pounce.observe.metrics;

import java.time.Duration;
import java.time.Instant;

/** A request that stands for its bucket, and the span that tells more of it. */
record Exemplar(String traceId, String spanId, Duration duration, Instant timestamp) {

  Duration sinceEpoch() {
    return Duration.between(Instant.EPOCH, timestamp);
  }
}
