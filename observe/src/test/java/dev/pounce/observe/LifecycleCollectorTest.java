package dev.pounce.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LifecycleCollectorTest {

  private static final LifecycleEvent FIRST = new DrainStarted(1, 2, Instant.EPOCH);
  private static final LifecycleEvent SECOND =
      new DrainCompleted(1, 0, Duration.ofSeconds(1), Instant.EPOCH.plusSeconds(1));

  private final List<String> heard = new ArrayList<>();
  private final Said said = Said.by("pounce");

  @AfterEach
  void close() {
    said.close();
  }

  @Test
  void all_none_isDisabled() {
    assertThat(LifecycleCollector.all()).isSameAs(LifecycleCollector.disabled());
    assertThat(LifecycleCollector.all(LifecycleCollector.disabled(), LifecycleCollector.disabled()))
        .isSameAs(LifecycleCollector.disabled());
  }

  @Test
  void disabled_hearsWithoutAWord() {
    assertThatCode(() -> LifecycleCollector.disabled().record(FIRST)).doesNotThrowAnyException();
  }

  @Test
  void all_several_eachHearsEveryEventInTheOrderGiven() {
    LifecycleCollector all =
        LifecycleCollector.all(named("a"), LifecycleCollector.disabled(), named("b"), named("c"));

    all.record(FIRST);
    all.record(SECOND);

    assertThat(heard)
        .containsExactly(
            "a DrainStarted",
            "b DrainStarted",
            "c DrainStarted",
            "a DrainCompleted",
            "b DrainCompleted",
            "c DrainCompleted");
  }

  @Test
  void all_oneThrows_thoseAfterItHearTheEvent() {
    LifecycleCollector all =
        LifecycleCollector.all(named("a"), throwing(new Error("broken")), named("b"));

    all.record(FIRST);

    assertThat(heard).containsExactly("a DrainStarted", "b DrainStarted");
  }

  @Test
  void all_attached_reachesEachOne() {
    LifecycleCollector deaf =
        new LifecycleCollector() {
          @Override
          public void record(LifecycleEvent event) {}

          @Override
          public void attached(Vitals vitals) {
            throw new IllegalStateException("not now");
          }
        };
    LifecycleCollector all = LifecycleCollector.all(named("a"), deaf, named("b"));

    all.attached(new Still());

    assertThat(heard).containsExactly("a is attached", "b is attached");
  }

  @Test
  void guarded_guardedAlready_isTheSame() {
    GuardedCollector once = LifecycleCollector.guarded(named("a"));

    assertThat(LifecycleCollector.guarded(once)).isSameAs(once);
    assertThat(LifecycleCollector.all(once)).isSameAs(once);
  }

  @ParameterizedTest
  @ValueSource(classes = {IllegalStateException.class, StackOverflowError.class, Exception.class})
  void guarded_collectorThrows_nobodyElseSees(Class<? extends Throwable> type) throws Exception {
    Throwable failure = type.getConstructor(String.class).newInstance("broken");
    GuardedCollector guarded = LifecycleCollector.guarded(throwing(failure));

    assertThatCode(() -> guarded.record(FIRST)).doesNotThrowAnyException();
    assertThat(guarded.failures()).isEqualTo(1);
  }

  @Test
  void guarded_collectorThrowsAgainAndAgain_isLoggedOnceAndCounted() {
    Error failure = new Error("broken");
    GuardedCollector guarded = LifecycleCollector.guarded(throwing(failure));

    guarded.record(FIRST);
    guarded.attached(new Still());
    guarded.record(SECOND);

    assertThat(guarded.failures()).isEqualTo(3);
    assertThat(said.records())
        .singleElement()
        .satisfies(record -> {
          assertThat(record.getThrown()).isSameAs(failure);
          assertThat(record.getMessage())
              .startsWith("A collector failed: " + LifecycleCollectorTest.class.getName())
              .endsWith("; further failures are counted");
        });
  }

  @Test
  void guarded_manyThreadsFailAtOnce_isLoggedOnce() throws InterruptedException {
    GuardedCollector guarded = LifecycleCollector.guarded(throwing(new Error("broken")));
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      threads.add(Thread.startVirtualThread(() -> guarded.record(FIRST)));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(guarded.failures()).isEqualTo(200);
    assertThat(said.records()).hasSize(1);
  }

  @Test
  void guarded_collectorWorks_hearsEveryEventAndNothingIsLogged() {
    GuardedCollector guarded = LifecycleCollector.guarded(named("a"));

    guarded.record(FIRST);
    guarded.attached(new Still());

    assertThat(heard).containsExactly("a DrainStarted", "a is attached");
    assertThat(guarded.failures()).isZero();
    assertThat(said.records()).isEmpty();
  }

  private LifecycleCollector named(String name) {
    return new LifecycleCollector() {
      @Override
      public void record(LifecycleEvent event) {
        heard.add(name + " " + event.getClass().getSimpleName());
      }

      @Override
      public void attached(Vitals vitals) {
        heard.add(name + " is attached");
      }
    };
  }

  private static LifecycleCollector throwing(Throwable failure) {
    return new LifecycleCollector() {
      @Override
      public void record(LifecycleEvent event) {
        LifecycleCollectorTest.<RuntimeException>sneak(failure);
      }

      @Override
      public void attached(Vitals vitals) {
        LifecycleCollectorTest.<RuntimeException>sneak(failure);
      }
    };
  }

  @SuppressWarnings("unchecked") // as other languages of the JVM throw
  private static <T extends Throwable> void sneak(Throwable failure) throws T {
    throw (T) failure;
  }

  private record Still() implements Vitals {
    @Override
    public Distribution schedulerLag() {
      return new Distribution(List.of(), List.of(0L), Duration.ZERO);
    }

    @Override
    public long schedulerStalls() {
      return 0;
    }

    @Override
    public long logLinesDropped() {
      return 0;
    }

    @Override
    public long collectorFailures() {
      return 0;
    }

    @Override
    public long spansDropped() {
      return 0;
    }
  }
}
