package dev.pounce.observe;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Tells wall-clock times of moments that were taken from the monotonic clock, so that an event
 * costs one look at a clock, not two.
 *
 * <p>All it knows is how far the two clocks are apart. Both can't be read at one instant; so the
 * wall clock is read between two looks at the other one, which gives a range that the truth lies
 * in. Once a second it looks whether what it knows is still in that range, and keeps it if it is.
 * Thus later moments never get earlier times because one reading took longer than another: times go
 * back only when the wall clock was set back. Threads that look at the same time each come to an
 * answer of their own, and any of them will do.
 */
public final class EventClock {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final int MICRO = 1_000;

  /**
   * What is known.
   *
   * @param checkedNanos when it was found to be right, by the monotonic clock
   * @param apart nanoseconds from the monotonic clock to that of the epoch
   */
  private record Comparison(long checkedNanos, long apart) {}

  private final InstantSource wall;
  private final LongSupplier monotonic;
  private volatile Comparison comparison;

  /** A clock that tells the system's time. */
  public EventClock() {
    this(InstantSource.system(), System::nanoTime);
  }

  EventClock(InstantSource wall, LongSupplier monotonic) {
    this.wall = wall;
    this.monotonic = monotonic;
    long before = monotonic.getAsLong();
    // The first reading is the slowest, so it is checked at once.
    this.comparison = checked(epochNanos() - before);
  }

  /**
   * The wall-clock time of a moment. Any thread.
   *
   * @param nanos a time by {@link System#nanoTime}; best a recent one
   * @return the time, to the microsecond
   */
  public Instant at(long nanos) {
    Comparison known = comparison;
    if (nanos - known.checkedNanos >= SECOND) {
      known = checked(known.apart);
      comparison = known;
    }
    long epoch = nanos + known.apart;
    long second = Math.floorDiv(epoch, SECOND);
    int nano = (int) (epoch - second * SECOND);
    return Instant.ofEpochSecond(second, nano - nano % MICRO);
  }

  private Comparison checked(long apart) {
    long before = monotonic.getAsLong();
    long epoch = epochNanos();
    long after = monotonic.getAsLong();
    long least = epoch - after;
    // The wall clock may be coarse: it says when its microsecond began.
    long most = epoch + MICRO - before;
    // Differences, not Math.clamp: the monotonic clock may begin anywhere, and run over.
    long near = apart - least < 0 ? least : apart - most > 0 ? most : apart;
    return new Comparison(after, near);
  }

  private long epochNanos() {
    Instant now = wall.instant();
    return now.getEpochSecond() * SECOND + now.getNano();
  }
}
