package dev.pounce.observe;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A reload of the application ended, well or not.
 *
 * @param generation the generation that serves afterwards, from 1: the one before if the reload
 *     failed
 * @param failure why it failed, or null if it did not
 * @param duration how long it took
 * @param timestamp when it ended
 */
public record ReloadCompleted(
    int generation, @Nullable String failure, Duration duration, Instant timestamp)
    implements LifecycleEvent {

  /** A reload is of all workers: always 0. */
  @Override
  public int workerId() {
    return 0;
  }
}
