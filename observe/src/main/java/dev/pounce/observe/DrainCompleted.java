package dev.pounce.observe;

import java.time.Duration;
import java.time.Instant;

/**
 * A worker's drain ended.
 *
 * @param workerId the worker, from 1
 * @param requestsCut how many requests had to be cut, 0 or more
 * @param duration how long it took
 * @param timestamp when it ended
 */
public record DrainCompleted(int workerId, int requestsCut, Duration duration, Instant timestamp)
    implements LifecycleEvent {}
