package dev.pounce.observe;

import java.time.Instant;

/**
 * A worker died, and another took its place.
 *
 * @param workerId the worker that died, from 1
 * @param cause what it died of, such as {@code killed by signal 9}
 * @param timestamp when the other took its place
 */
public record WorkerReplaced(int workerId, String cause, Instant timestamp)
    implements LifecycleEvent {}
