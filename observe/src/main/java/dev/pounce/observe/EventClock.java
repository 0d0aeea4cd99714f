package dev.pounce.observe;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Tells wall-clock times of moments that were taken from the monotonic clock, so that an event
 * costs one look at a clock, not two.
 *
 * <p>The two clocks are compared once a second. The comparison is one immutable object; threads
 * that find it old at the same time each make a new one, and any of them will do.
 */
public final class EventClock {

  private static final long REFRESH_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long MICROS = 1_000_000;
  private static final long NANOS_OF_MICRO = 1_000;

  private record Comparison(long nanos, long epochMicros) {}

  private final InstantSource clock;
  private volatile Comparison comparison;

  /** A clock that tells the system's time. */
  public EventClock() {
    this(InstantSource.system(), System.nanoTime());
  }

  EventClock(InstantSource clock, long nanos) {
    this.clock = clock;
    this.comparison = compare(clock, nanos);
  }

  private static Comparison compare(InstantSource clock, long nanos) {
    Instant now = clock.instant();
    return new Comparison(nanos, now.getEpochSecond() * MICROS + now.getNano() / NANOS_OF_MICRO);
  }

  /**
   * The wall-clock time of a moment. Any thread.
   *
   * @param nanos a time by {@link System#nanoTime}; best a recent one
   * @return the time, to the microsecond
   */
  public Instant at(long nanos) {
    Comparison known = comparison;
    if (nanos - known.nanos > REFRESH_NANOS) {
      known = compare(clock, System.nanoTime());
      comparison = known;
    }
    long micros = known.epochMicros + (nanos - known.nanos) / NANOS_OF_MICRO;
    long second = Math.floorDiv(micros, MICROS);
    return Instant.ofEpochSecond(second, (micros - second * MICROS) * NANOS_OF_MICRO);
  }
}
