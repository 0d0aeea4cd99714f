package dev.pounce.observe;

import java.time.Instant;

/**
 * A worker began to drain: it serves what it has, and nothing new.
 *
 * @param workerId the worker, from 1
 * @param activeRequests how many requests were under way, 0 or more
 * @param timestamp when it began
 */
public record DrainStarted(int workerId, int activeRequests, Instant timestamp)
    implements LifecycleEvent {}
