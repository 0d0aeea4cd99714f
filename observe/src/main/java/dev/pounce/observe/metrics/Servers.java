package dev.pounce.observe.metrics;

import static dev.pounce.observe.metrics.Family.counter;
import static dev.pounce.observe.metrics.Family.sample;

import dev.pounce.observe.Distribution;
import dev.pounce.observe.Vitals;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * What servers of this process tell of themselves beside events. They are asked now and then; what
 * is more than the last time is added to a slab, where it stays counted when they are gone.
 */
final class Servers {

  private final List<Vitals> servers = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();

  /** What was added so far, by cell. */
  private final long[] added = new long[Slab.REQUESTS];

  void add(Vitals vitals) {
    servers.add(vitals);
  }

  /** Adds what is new to a slab, the same each time. */
  void publish(Slab slab) {
    lock.lock();
    try {
      long[] now = figures();
      for (int cell = 0; cell < now.length; cell++) {
        if (now[cell] != added[cell]) {
          slab.add(0, cell, now[cell] - added[cell]);
          added[cell] = now[cell];
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private long[] figures() {
    long[] figures = new long[Slab.REQUESTS];
    for (Vitals server : servers) {
      figures[Slab.LOG_LINES_DROPPED] += server.logLinesDropped();
      figures[Slab.COLLECTOR_FAILURES] += server.collectorFailures();
      figures[Slab.SPANS_DROPPED] += server.spansDropped();
      figures[Slab.STALLS] += server.schedulerStalls();
      Distribution lag = server.schedulerLag();
      figures[Slab.LAG_NANOS] += lag.sum().toNanos();
      for (int bucket = 0; bucket < lag.counts().size(); bucket++) {
        figures[Slab.LAG + bucketOf(lag, bucket)] += lag.counts().get(bucket);
      }
    }
    return figures;
  }

  /** The number of our bucket that holds all of another's. */
  private static int bucketOf(Distribution lag, int other) {
    int bucket = 0;
    while (bucket < Vitals.LAG_BOUNDS.size()
        && (other == lag.bounds().size()
            || Vitals.LAG_BOUNDS.get(bucket).compareTo(lag.bounds().get(other)) < 0)) {
      bucket++;
    }
    return bucket;
  }

  /** The metrics of all servers, and of those that run them. */
  static List<Family> families(Counts all) {
    return List.of(
        Family.histogram(
            "pounce_scheduler_lag_seconds",
            "How late virtual threads run, in seconds.",
            all.lag(),
            bucket -> null),
        total(
            "pounce_scheduler_stalls",
            "Total times that virtual threads did not run for too long.",
            all,
            Slab.STALLS),
        total(
            "pounce_log_lines_dropped",
            "Total log lines lost because the log's sink did not keep up.",
            all,
            Slab.LOG_LINES_DROPPED),
        total(
            "pounce_collector_failures",
            "Total failures of collectors of events.",
            all,
            Slab.COLLECTOR_FAILURES),
        total(
            "pounce_spans_dropped",
            "Total spans of traces lost because nobody took them in time.",
            all,
            Slab.SPANS_DROPPED),
        total(
            "pounce_worker_restarts",
            "Total workers replaced because they died.",
            all,
            Slab.RESTARTS),
        counter(
            "pounce_reloads",
            "Total reloads of the application.",
            Stream.of(
                sample(all.of(Slab.RELOADS), "result", "success"),
                sample(all.of(Slab.FAILED_RELOADS), "result", "failure"))));
  }

  private static Family total(String name, String help, Counts all, int cell) {
    return counter(name, help, sample(all.of(cell)));
  }
}
