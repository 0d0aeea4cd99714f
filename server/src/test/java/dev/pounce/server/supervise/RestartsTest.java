package dev.pounce.server.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartsTest {

  private long now = Long.MAX_VALUE - Duration.ofSeconds(30).toNanos(); // may wrap, as nanoTime may
  private final Restarts restarts = new Restarts(() -> now);

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private void grant(int times) {
    for (int i = 0; i < times; i++) {
      assertThat(restarts.grant()).isTrue();
    }
  }

  @Test
  void grant_fiveInAMinute_isGiven() {
    grant(5);
  }

  @Test
  void grant_sixthInAMinute_isRefused() {
    grant(5);
    pass(Duration.ofMillis(59_999));
    assertThat(restarts.grant()).isFalse();
  }

  @Test
  void grant_afterAMinute_isGivenAgain() {
    grant(5);
    pass(Duration.ofSeconds(60));
    grant(5);
    assertThat(restarts.grant()).isFalse();
  }

  @Test
  void grant_spreadOverTime_countsTheLastMinuteAlone() {
    for (int i = 0; i < 20; i++) {
      grant(1);
      pass(Duration.ofSeconds(12));
    }
  }

  @Test
  void grant_refused_doesNotCount() {
    grant(5);
    pass(Duration.ofSeconds(59));
    assertThat(restarts.grant()).isFalse();
    pass(Duration.ofSeconds(1));
    grant(5);
  }
}
