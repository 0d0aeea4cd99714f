package dev.pounce.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DistributionTest {

  private static final List<Duration> BOUNDS = List.of(Duration.ofMillis(1), Duration.ofMillis(10));

  @Test
  void count_isThatOfAllBuckets() {
    assertThat(new Distribution(BOUNDS, List.of(3L, 0L, 4L), Duration.ofMillis(90)).count())
        .isEqualTo(7);
  }

  @Test
  void counts_notOneMoreThanBounds_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Distribution(BOUNDS, List.of(3L, 0L), Duration.ZERO))
        .withMessage("counts: 2 (expected: 3)");
  }

  @Test
  void lists_changedLater_areNoPartOfIt() {
    List<Duration> bounds = new ArrayList<>(BOUNDS);
    List<Long> counts = new ArrayList<>(List.of(1L, 2L, 3L));
    Distribution distribution = new Distribution(bounds, counts, Duration.ZERO);
    bounds.clear();
    counts.clear();

    assertThat(distribution)
        .isEqualTo(new Distribution(BOUNDS, List.of(1L, 2L, 3L), Duration.ZERO));
  }
}
