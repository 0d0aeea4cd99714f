package dev.pounce.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventClockTest {
  private static final Instant NOON = Instant.parse("2026-02-12T12:00:00.000000999Z");

  private final Clocks clocks = new Clocks(NOON, 5_000_000_000L);

  @ParameterizedTest
  @CsvSource({
    "0, 2026-02-12T12:00:00Z",
    "1, 2026-02-12T12:00:00.000001Z",
    "999999001, 2026-02-12T12:00:01Z",
    "-999, 2026-02-12T12:00:00Z",
    "-1000, 2026-02-12T11:59:59.999999Z",
    "-3600000000000, 2026-02-12T11:00:00Z",
  })
  void at_momentBeforeOrAfterTheComparison_isItsTimeToTheMicrosecond(long nanos, Instant time) {
    EventClock clock = clocks.eventClock();

    assertThat(clock.at(clocks.nanos + nanos)).isEqualTo(time);
  }

  @Test
  void at_wallClockBefore1970_countsForwardFromThere() {
    Clocks old = new Clocks(Instant.parse("1969-12-31T23:59:59.999998Z"), 0);
    EventClock clock = old.eventClock();

    assertThat(clock.at(0)).isEqualTo("1969-12-31T23:59:59.999998Z");
    assertThat(clock.at(1_500)).isEqualTo("1969-12-31T23:59:59.999999Z");
    assertThat(clock.at(2_000)).isEqualTo("1970-01-01T00:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, Long.MAX_VALUE - 500_000_000})
  void at_monotonicClockThatBeginsAnywhere_isRight(long beginning) {
    Clocks strange = new Clocks(NOON, beginning);
    EventClock clock = strange.eventClock();

    for (int seconds = 0; seconds < 5; seconds++) {
      assertThat(clock.at(strange.nanos))
          .isEqualTo(Instant.parse("2026-02-12T12:00:00Z").plusSeconds(seconds));
      strange.pass(Duration.ofSeconds(1));
    }
  }

  @Test
  void at_withinASecond_looksAtNoClock() {
    EventClock clock = clocks.eventClock();
    int looks = clocks.looks;

    clock.at(clocks.nanos + TimeUnit.MILLISECONDS.toNanos(999));
    clock.at(clocks.nanos - TimeUnit.HOURS.toNanos(1));

    assertThat(clocks.looks).isEqualTo(looks);
  }

  @ParameterizedTest
  @CsvSource({"PT1H", "PT-1H", "PT0.001S", "PT-0.001S"})
  void at_wallClockWasSet_followsAfterASecond(Duration correction) {
    EventClock clock = clocks.eventClock();
    clocks.set(correction);

    clocks.pass(Duration.ofMillis(999));
    assertThat(clock.at(clocks.nanos)).isEqualTo("2026-02-12T12:00:00.999Z");

    clocks.pass(Duration.ofMillis(1));
    assertThat(clock.at(clocks.nanos))
        .isCloseTo(
            Instant.parse("2026-02-12T12:00:01Z").plus(correction), within(1, ChronoUnit.MICROS));
  }

  @Test
  void at_firstReadingWasSlow_isRightAllTheSame() {
    clocks.nextReadingTakes(Duration.ofMillis(40), Duration.ZERO);
    EventClock clock = clocks.eventClock();

    assertThat(clock.at(clocks.nanos)).isCloseTo(NOON.plusMillis(40), within(2, ChronoUnit.MICROS));
  }

  @ParameterizedTest
  @CsvSource({"PT0.005S, PT0S", "PT0S, PT0.005S", "PT0.002S, PT0.003S"})
  void at_aLaterReadingIsSlow_timeGoesOnEvenly(Duration before, Duration after) {
    EventClock clock = clocks.eventClock();
    clocks.pass(Duration.ofSeconds(1));
    long moment = clocks.nanos;
    clocks.nextReadingTakes(before, after);

    assertThat(clock.at(moment)).isEqualTo("2026-02-12T12:00:01Z");
    assertThat(clock.at(clocks.nanos)).isEqualTo("2026-02-12T12:00:01.005Z");
  }

  /** Ten minutes of a coarse clock that is interrupted as it is read. */
  @Test
  void at_laterMoments_neverGetEarlierTimes() {
    Random random = new Random(20260212);
    Clocks coarse = new Clocks(NOON, 0);
    coarse.resolution = ChronoUnit.MICROS;
    EventClock clock = coarse.eventClock();
    Instant last = Instant.MIN;
    for (int i = 0; i < 10_000; i++) {
      coarse.pass(Duration.ofNanos(random.nextInt(120_000_000)));
      coarse.nextReadingTakes(delay(random), delay(random));
      long moment = coarse.nanos;

      Instant time = clock.at(moment);

      assertThat(time).isAfterOrEqualTo(last);
      assertThat(time).isCloseTo(coarse.wall(moment), within(2, ChronoUnit.MICROS));
      last = time;
    }
  }

  private static Duration delay(Random random) {
    return Duration.ofNanos(random.nextInt(4) == 0 ? random.nextInt(10_000_000) : 40);
  }

  @Test
  void at_systemClocks_isNow() {
    EventClock clock = new EventClock();

    Instant before = Instant.now();
    Instant told = clock.at(System.nanoTime());
    Instant after = Instant.now();

    assertThat(told).isBetween(before.minusMillis(1), after.plusMillis(1));
  }

  /** Two clocks that run evenly, until somebody sets the one on the wall. */
  private static final class Clocks implements InstantSource {
    private final long beginning;
    private Instant wallAtBeginning;
    private ChronoUnit resolution = ChronoUnit.NANOS;
    private Duration before = Duration.ZERO;
    private Duration after = Duration.ZERO;
    long nanos;
    int looks;

    Clocks(Instant wall, long nanos) {
      this.wallAtBeginning = wall;
      this.beginning = nanos;
      this.nanos = nanos;
    }

    EventClock eventClock() {
      return new EventClock(
          this,
          () -> {
            looks++;
            return nanos;
          });
    }

    void pass(Duration time) {
      nanos += time.toNanos();
    }

    void set(Duration correction) {
      wallAtBeginning = wallAtBeginning.plus(correction);
    }

    /** What passes from the call to the look at the clock, and from there to the return. */
    void nextReadingTakes(Duration before, Duration after) {
      this.before = before;
      this.after = after;
    }

    Instant wall(long moment) {
      return wallAtBeginning.plusNanos(moment - beginning);
    }

    @Override
    public Instant instant() {
      looks++;
      pass(before);
      Instant read = wall(nanos).truncatedTo(resolution);
      pass(after);
      nextReadingTakes(Duration.ZERO, Duration.ZERO);
      return read;
    }
  }
}
