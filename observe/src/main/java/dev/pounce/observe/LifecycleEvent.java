package dev.pounce.observe;

import java.time.Instant;

/**
 * A fact about a connection, a request, a worker or the server as a whole, made where it happens.
 * Events are immutable; the later ones of a story hold the earlier ones, so that a collector needs
 * no memory of its own to know what a response answers.
 *
 * <p>What is promised, under any load and whatever fails:
 *
 * <ul>
 *   <li>a connection gives one {@link ConnectionOpened}, before all its other events, and one
 *       {@link ConnectionCompleted}, after them;
 *   <li>a {@link RequestStarted} is followed by just one of {@link ResponseCompleted}, {@link
 *       RequestFailed} and {@link ClientDisconnected};
 *   <li>built-ins, such as health checks, give no event of a request.
 * </ul>
 */
public sealed interface LifecycleEvent
    permits ConnectionEvent, DrainStarted, DrainCompleted, WorkerReplaced, ReloadCompleted {

  /**
   * The worker it happened to.
   *
   * @return the worker's number, from 1; 0 for what happened to the server as a whole
   */
  int workerId();

  /**
   * When it happened, by the wall clock.
   *
   * @return the time, to the microsecond
   */
  Instant timestamp();
}
