package dev.pounce.server.fleet;

import dev.pounce.server.supervise.Order;

/** What a supervisor of processes learns. */
sealed interface News {

  /** A process has said something. */
  record Reported(Child child, Report report) implements News {}

  /** A process has ended, and all that it printed is passed on. */
  record Ended(Child child, int exitCode) implements News {}

  /** The supervisor itself is told something. */
  record Told(Order order) implements News {}

  /** It was told to stop for a second time. */
  record Forced() implements News {}
}
