package dev.pounce.observe;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes something of events: metrics, a log, a recording.
 *
 * <p>{@link #record} is called where the fact happens, as a rule on the thread of a connection,
 * which is a virtual one; so from many threads at once. The client waits meanwhile. A collector may
 * therefore count, copy, and offer to a bounded buffer. It may not wait for a disk, a network or a
 * lock that is held for long, nor call the application. The events of one request come in order,
 * one after the other, and so do those of one connection, but for HTTP/2: there requests overlap,
 * each has a thread of its own, and only the connection's first event and its last are before and
 * behind all others. Those of two connections come in no order at all.
 *
 * <p>What it throws harms no request: a server {@linkplain #guarded guards} its collectors.
 */
@FunctionalInterface
public interface LifecycleCollector {

  /**
   * Takes an event.
   *
   * @param event what happened; immutable, and may be kept
   */
  void record(LifecycleEvent event);

  /**
   * Told once by each server that will give it events, before the first one.
   *
   * @param vitals what that server says of itself beside events, for as long as it lives
   */
  default void attached(Vitals vitals) {}

  /**
   * The collector that wants nothing: a server that has no other makes no events at all.
   *
   * @return always the same
   */
  static LifecycleCollector disabled() {
    return Collectors.DISABLED;
  }

  /**
   * A collector that never throws. The first failure is logged with its stack trace, and all are
   * counted.
   *
   * @param collector what is guarded
   * @return one that gives it every event; the same if it is guarded already
   */
  static GuardedCollector guarded(LifecycleCollector collector) {
    return collector instanceof GuardedCollector guarded
        ? guarded
        : new GuardedCollector(collector);
  }

  /**
   * Several collectors as one. Each gets every event, in the order given, whatever those before it
   * throw.
   *
   * @param collectors any number; disabled ones are left out
   * @return a collector, disabled if there are none
   */
  static LifecycleCollector all(LifecycleCollector... collectors) {
    List<LifecycleCollector> members = new ArrayList<>();
    for (LifecycleCollector collector : collectors) {
      if (collector != disabled()) {
        members.add(guarded(collector));
      }
    }
    return switch (members.size()) {
      case 0 -> disabled();
      case 1 -> members.getFirst();
      default -> new Collectors(members.toArray(LifecycleCollector[]::new));
    };
  }
}
