package dev.pounce.micrometer;

import dev.pounce.observe.RequestRejected.Reason;
import dev.pounce.observe.Vitals;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;

/** What was counted so far, for all registries. */
final class Tally {

  /** The connections and requests of one worker. */
  record Worker(Flow connections, Flow requests) {
    Worker() {
      this(new Flow(), new Flow());
    }
  }

  final Map<Outcome, LongAdder> requests = new ConcurrentHashMap<>();
  final Map<Integer, Worker> workers = new ConcurrentHashMap<>();
  final LongAdder bytesSent = new LongAdder();
  final LongAdder disconnects = new LongAdder();
  final LongAdder handshakeFailures = new LongAdder();
  final LongAdder restarts = new LongAdder();
  private final LongAdder reloads = new LongAdder();
  private final LongAdder failedReloads = new LongAdder();
  final List<Vitals> servers = new CopyOnWriteArrayList<>();
  private final LongAdder[] rejected = new LongAdder[Reason.values().length];

  Tally() {
    Arrays.setAll(rejected, _ -> new LongAdder());
  }

  LongAdder rejected(Reason reason) {
    return rejected[reason.ordinal()];
  }

  LongAdder reloads(boolean success) {
    return success ? reloads : failedReloads;
  }

  long connections() {
    return workers.values().stream().mapToLong(worker -> worker.connections().inside()).sum();
  }

  long requestsInFlight() {
    return workers.values().stream().mapToLong(worker -> worker.requests().inside()).sum();
  }

  long ofServers(ToLongFunction<Vitals> figure) {
    return servers.stream().mapToLong(figure).sum();
  }
}
