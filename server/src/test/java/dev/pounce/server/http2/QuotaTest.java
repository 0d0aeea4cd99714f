package dev.pounce.server.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class QuotaTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Quota quota = new Quota("things", 10, 2, 0);

  private void take(int count, long now) throws ConnectionError {
    for (int i = 0; i < count; i++) {
      quota.take(now);
    }
  }

  private void assertEmpty(long now) {
    assertThatExceptionOfType(ConnectionError.class)
        .isThrownBy(() -> quota.take(now))
        .withMessage("more than 10 things, and then 2 a second")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM));
  }

  @Test
  void take_asManyAsTheBurst_isAllowed_andNoMore() throws ConnectionError {
    take(10, 0);
    assertEmpty(0);
  }

  @Test
  void take_whenItIsUsedUp_isAllowedAtTheRate() throws ConnectionError {
    take(10, 0);
    take(2, SECOND);
    assertEmpty(SECOND);
    take(1, SECOND + SECOND / 2);
    assertEmpty(SECOND + SECOND / 2);
  }

  @Test
  void take_afterALongTime_isABurstAgain_andNoMore() throws ConnectionError {
    take(10, 0);
    take(10, 1000 * SECOND);
    assertEmpty(1000 * SECOND);
  }

  @Test
  void take_slowerThanTheRate_isAllowedForEver() throws ConnectionError {
    for (int i = 0; i < 1000; i++) {
      take(1, i * SECOND / 2);
    }
    take(2, 1000 * SECOND / 2);
  }

  @Test
  void take_fasterThanTheRate_isRefusedAtSomePoint() {
    assertThatExceptionOfType(ConnectionError.class)
        .isThrownBy(() -> {
          for (int i = 0; i < 1000; i++) {
            take(1, i * SECOND / 3);
          }
        });
  }
}
