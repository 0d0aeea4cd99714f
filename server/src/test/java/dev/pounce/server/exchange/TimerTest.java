package dev.pounce.server.exchange;

import static java.util.concurrent.TimeUnit.DAYS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.exchange.Timer.Phase;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TimerTest {

  private static final long NOW = System.nanoTime();
  private static final int RACES = 20_000;

  private final Timer timer = new Timer(NOW);

  @Test
  void timer_isNewSinceItWasMade() {
    assertThat(timer.phase()).isEqualTo(Phase.NEW);
    assertThat(Timer.nanosSince(timer.look(), NOW + 5)).isEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource
  void enter_changesPhaseAndTimeTogether(Phase phase) {
    timer.enter(phase, NOW + 100);

    assertThat(Timer.phaseOf(timer.look())).isEqualTo(phase);
    assertThat(Timer.nanosSince(timer.look(), NOW + 107)).isEqualTo(7);
  }

  @Test
  void nanosSince_aYear_isAYear() {
    timer.enter(Phase.CLOSING, NOW);

    assertThat(Timer.nanosSince(timer.look(), NOW + DAYS.toNanos(365)))
        .isEqualTo(DAYS.toNanos(365));
  }

  @Test
  void nanosSince_aTimeBeforeTheFirstTimer_isRight() {
    timer.enter(Phase.HEAD, NOW - DAYS.toNanos(1));

    assertThat(timer.phase()).isEqualTo(Phase.HEAD);
    assertThat(Timer.nanosSince(timer.look(), NOW)).isEqualTo(DAYS.toNanos(1));
  }

  @Test
  void exchange_tellsThePhaseBefore() {
    timer.enter(Phase.IDLE, NOW);

    assertThat(timer.exchange(Phase.HEAD, NOW + 1)).isEqualTo(Phase.IDLE);
    assertThat(timer.phase()).isEqualTo(Phase.HEAD);
  }

  @Test
  void expire_ofThePhaseThatWasSeen_closes() {
    timer.enter(Phase.IDLE, NOW);

    assertThat(timer.expire(timer.look(), NOW + 9)).isTrue();
    assertThat(timer.phase()).isEqualTo(Phase.CLOSING);
    assertThat(Timer.nanosSince(timer.look(), NOW + 10)).isEqualTo(1);
  }

  @Test
  void expire_ofAPhaseThatHasEnded_changesNothing() {
    timer.enter(Phase.IDLE, NOW);
    long seen = timer.look();
    timer.enter(Phase.HEAD, NOW + 1);

    assertThat(timer.expire(seen, NOW + 2)).isFalse();
    assertThat(timer.phase()).isEqualTo(Phase.HEAD);
  }

  @Test
  void expire_ofTheSamePhaseBegunAgain_changesNothing() {
    timer.enter(Phase.BODY, NOW);
    long seen = timer.look();
    timer.enter(Phase.BODY, NOW + 1);

    assertThat(timer.expire(seen, NOW + 2)).isFalse();
  }

  @Test
  void expire_whileThePhaseEnds_isSeenByTheOneWhoEndsItOrDidNotHappen() throws Exception {
    CyclicBarrier start = new CyclicBarrier(2);
    try (ExecutorService reaper = Executors.newSingleThreadExecutor()) {
      for (int i = 0; i < RACES; i++) {
        timer.enter(Phase.IDLE, NOW + i);
        long seen = timer.look();
        Future<Boolean> expired =
            reaper.submit(() -> {
              start.await();
              return timer.expire(seen, NOW);
            });
        start.await();
        Phase before = timer.exchange(Phase.HEAD, NOW);

        assertThat(before == Phase.CLOSING).isEqualTo(expired.get());
        assertThat(timer.phase()).isEqualTo(Phase.HEAD);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HEAD", "HANDLER", "BODY", "STREAM", "WRITE"})
  void isActive_whileARequestIsUnderWay_isTrue(Phase phase) {
    assertThat(phase.isActive()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"NEW", "IDLE", "CLOSING"})
  void isActive_otherwise_isFalse(Phase phase) {
    assertThat(phase.isActive()).isFalse();
  }
}
