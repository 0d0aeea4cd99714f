package dev.pounce.observe.metrics;

import dev.pounce.observe.Distribution;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.Vitals;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was read from slabs at one time. */
final class Counts {

  private final long[] cells;

  private Counts(long[] cells) {
    this.cells = cells;
  }

  static Counts of(Slab slab) {
    return new Counts(slab.read());
  }

  static Counts sum(Iterable<Counts> all) {
    long[] sums = new long[Slab.CELLS];
    for (Counts counts : all) {
      for (int cell = 0; cell < sums.length; cell++) {
        sums[cell] += counts.cells[cell];
      }
    }
    return new Counts(sums);
  }

  /** The requests that were answered, by method and status, sorted by both; none is 0. */
  Map<Snapshot.Outcome, Long> requests() {
    Map<Snapshot.Outcome, Long> requests = new LinkedHashMap<>();
    for (Method method : Method.all()) {
      for (int i = 0; i <= Slab.STATUSES; i++) {
        int status = Slab.LEAST_STATUS + i;
        long count = cells[Slab.requests(method, status)];
        if (count != 0) {
          String label = i == Slab.STATUSES ? Snapshot.OTHER : Integer.toString(status);
          requests.put(new Snapshot.Outcome(method.label(), label), count);
        }
      }
    }
    return requests;
  }

  Distribution durations() {
    List<Long> counts = new ArrayList<>();
    for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
      counts.add(cells[Slab.bucket(bucket)]);
    }
    return new Distribution(
        Buckets.bounds(), counts, Duration.of(cells[Slab.MICROS], ChronoUnit.MICROS));
  }

  long connectionsActive() {
    return cells[Slab.OPENED] - cells[Slab.COMPLETED];
  }

  long requestsInFlight() {
    return cells[Slab.STARTED] - cells[Slab.ENDED];
  }

  long bytesSent() {
    return cells[Slab.BYTES_SENT];
  }

  /** The requests that were refused, by each reason there is. */
  Map<RequestRejected.Reason, Long> rejected() {
    Map<RequestRejected.Reason, Long> rejected = new EnumMap<>(RequestRejected.Reason.class);
    for (RequestRejected.Reason reason : RequestRejected.Reason.values()) {
      rejected.put(reason, cells[Slab.rejected(reason)]);
    }
    return rejected;
  }

  long disconnects() {
    return cells[Slab.DISCONNECTS];
  }

  /** How late virtual threads ran. */
  Distribution lag() {
    List<Long> counts = new ArrayList<>();
    for (int bucket = 0; bucket <= Vitals.LAG_BOUNDS.size(); bucket++) {
      counts.add(cells[Slab.LAG + bucket]);
    }
    return new Distribution(Vitals.LAG_BOUNDS, counts, Duration.ofNanos(cells[Slab.LAG_NANOS]));
  }

  /** Any of the cells that stand for themselves. */
  long of(int cell) {
    return cells[cell];
  }
}
