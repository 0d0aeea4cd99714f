package dev.pounce.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BufferedCollectorTest {

  @Test
  void events_areInTheOrderInWhichTheyCame() {
    BufferedCollector collector = new BufferedCollector(3);
    collector.record(event(1));
    collector.record(event(2));

    assertThat(collector.events()).containsExactly(event(1), event(2));
    assertThat(collector.forgotten()).isZero();
  }

  @Test
  void record_bufferIsFull_forgetsTheOldest() {
    BufferedCollector collector = new BufferedCollector(2);
    for (int worker = 1; worker <= 5; worker++) {
      collector.record(event(worker));
    }

    assertThat(collector.events()).containsExactly(event(4), event(5));
    assertThat(collector.forgotten()).isEqualTo(3);
  }

  @Test
  void events_givenOut_stayAsTheyAre() {
    BufferedCollector collector = new BufferedCollector(2);
    collector.record(event(1));
    List<LifecycleEvent> before = collector.events();
    collector.record(event(2));

    assertThat(before).containsExactly(event(1));
  }

  @Test
  void drain_takesAllAndLeavesNone() {
    BufferedCollector collector = new BufferedCollector(2);
    collector.record(event(1));
    collector.record(event(2));

    assertThat(collector.drain()).containsExactly(event(1), event(2));
    assertThat(collector.events()).isEmpty();

    collector.record(event(3));
    assertThat(collector.events()).containsExactly(event(3));
    assertThat(collector.forgotten()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void capacity_lessThanOne_isRefused(int capacity) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BufferedCollector(capacity))
        .withMessage("capacity: " + capacity + " (expected: 1 or more)");
  }

  @Test
  void record_manyThreads_everyEventIsKeptOrCounted() throws InterruptedException {
    BufferedCollector collector = new BufferedCollector(1_000);
    List<Thread> threads = new ArrayList<>();
    for (int worker = 1; worker <= 8; worker++) {
      LifecycleEvent event = event(worker);
      threads.add(
          Thread.startVirtualThread(() -> {
            for (int i = 0; i < 500; i++) {
              collector.record(event);
            }
          }));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(collector.events()).hasSize(1_000);
    assertThat(collector.forgotten()).isEqualTo(3_000);
  }

  private static LifecycleEvent event(int worker) {
    return new DrainStarted(worker, 0, Instant.EPOCH);
  }
}
