package dev.pounce.observe.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread brings about and tells nobody. */
final class Poll {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos();

  private Poll() {}

  static void until(String description, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    boolean holds = condition.getAsBoolean();
    while (!holds && System.nanoTime() < deadline) {
      LockSupport.parkNanos(PAUSE_NANOS);
      holds = condition.getAsBoolean();
    }
    assertThat(holds).as(description).isTrue();
  }
}
