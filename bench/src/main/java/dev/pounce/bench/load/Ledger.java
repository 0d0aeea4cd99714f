package dev.pounce.bench.load;

import dev.pounce.bench.load.Asked.Fate;
import dev.pounce.bench.load.Incident.Cause;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** Every request that was sent, and what was done to the server meanwhile. Any thread. */
final class Ledger {
  private final LongAdder answered = new LongAdder();
  private final Queue<Asked> others = new ConcurrentLinkedQueue<>();
  private final Queue<Incident> incidents = new ConcurrentLinkedQueue<>();

  void add(Asked asked) {
    if (asked.fate() == Fate.ANSWERED) {
      answered.increment();
    } else {
      others.add(asked);
    }
  }

  void add(Incident incident) {
    incidents.add(incident);
  }

  long sent() {
    return answered() + others.size();
  }

  long answered() {
    return answered.sum();
  }

  long count(Fate fate) {
    return others.stream().filter(asked -> asked.fate() == fate).count();
  }

  /** What can be put down to something, by what that is. */
  Map<Cause, Integer> accounted() {
    var counts = new EnumMap<Cause, Integer>(Cause.class);
    for (var asked : others) {
      incidents.stream()
          .filter(incident -> incident.explains(asked))
          .findFirst()
          .ifPresent(incident -> counts.merge(incident.cause(asked), 1, Integer::sum));
    }
    return counts;
  }

  /** What nothing explains. */
  List<Asked> unaccounted() {
    var left = new ArrayList<>(others);
    left.removeIf(asked -> incidents.stream().anyMatch(incident -> incident.explains(asked)));
    return left;
  }
}
