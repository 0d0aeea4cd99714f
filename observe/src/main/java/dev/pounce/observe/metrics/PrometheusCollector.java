package dev.pounce.observe.metrics;

import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.ConnectionEvent;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.Distribution;
import dev.pounce.observe.DrainCompleted;
import dev.pounce.observe.DrainStarted;
import dev.pounce.observe.LifecycleCollector;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.observe.Trace;
import dev.pounce.observe.Vitals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counts events, and tells the counts as Prometheus metrics. May be given to several servers, which
 * are then counted together. All methods may be called from any thread.
 *
 * <p>Recording takes no lock and makes no garbage, but for exemplars: where a request belongs to a
 * trace that is sampled, the latest of each bucket of durations is kept.
 *
 * <p>What counts as what:
 *
 * <ul>
 *   <li>a request that was answered, by the application or for it when it failed, counts in {@code
 *       http_requests_total} and, with its duration, in {@code http_request_duration_seconds};
 *   <li>one that the server refused counts in {@code http_requests_rejected_total} alone; in both
 *       if the application was already reading a body that turned out too large, too slow or
 *       malformed;
 *   <li>one whose client left counts in {@code http_client_disconnects_total} alone;
 *   <li>one that failed before anything was sent counts in none of them.
 * </ul>
 *
 * <p>The bytes of all of them count in {@code http_bytes_sent_total}.
 *
 * <p>Each worker's number costs 40 KiB for each core, for eight at most, as long as the collector
 * lives: what a worker has counted stays counted when it is gone.
 */
public final class PrometheusCollector implements LifecycleCollector {

  /** By the workers' numbers; grows, and never loses one. What is in the array may be read. */
  private volatile @Nullable Slab[] slabs = {};

  private final ReentrantLock growth = new ReentrantLock();
  private final List<Vitals> vitals = new CopyOnWriteArrayList<>();
  private final AtomicReferenceArray<@Nullable Exemplar> exemplars =
      new AtomicReferenceArray<>(Buckets.COUNT);

  /** A collector that has counted nothing. */
  public PrometheusCollector() {}

  @Override
  public void attached(Vitals vitals) {
    this.vitals.add(vitals);
  }

  @Override
  public void record(LifecycleEvent event) {
    switch (event) {
      case ConnectionOpened opened -> add(opened, Slab.OPENED, 1);
      case RequestStarted started -> add(started, Slab.STARTED, 1);
      case ResponseCompleted e -> ended(e, e.request(), e.status(), e.bytesSent(), e.duration());
      case RequestFailed e -> ended(e, e.request(), e.status(), e.bytesSent(), e.duration());
      case RequestRejected rejected -> {
        add(rejected, Slab.rejected(rejected.reason()), 1);
        add(rejected, Slab.BYTES_SENT, rejected.bytesSent());
      }
      case ClientDisconnected left -> {
        add(left, Slab.DISCONNECTS, 1);
        add(left, Slab.BYTES_SENT, left.bytesSent());
        if (left.request() != null) {
          add(left, Slab.ENDED, 1);
        }
      }
      case ConnectionCompleted completed -> add(completed, Slab.COMPLETED, 1);
      case DrainStarted _, DrainCompleted _ -> {}
    }
  }

  private void add(ConnectionEvent event, int cell, long amount) {
    Slab slab = slab(event.workerId());
    slab.add(slab.stripe(event.connectionId()), cell, amount);
  }

  private void ended(
      ConnectionEvent event,
      RequestStarted request,
      int status,
      long bytesSent,
      Duration duration) {
    Slab slab = slab(event.workerId());
    long stripe = slab.stripe(event.connectionId());
    if (status != 0) {
      long nanos = duration.toNanos();
      int bucket = Buckets.of(nanos);
      slab.add(stripe, Slab.requests(Method.of(request.method()), status), 1);
      slab.add(stripe, Slab.bucket(bucket), 1);
      slab.add(stripe, Slab.MICROS, (nanos + 500) / 1000);
      Trace trace = request.trace();
      if (trace != null && trace.sampled()) {
        exemplars.set(
            bucket, new Exemplar(trace.traceId(), trace.spanId(), duration, event.timestamp()));
      }
    }
    slab.add(stripe, Slab.BYTES_SENT, bytesSent);
    slab.add(stripe, Slab.ENDED, 1);
  }

  private Slab slab(int worker) {
    @Nullable Slab[] known = slabs;
    Slab slab = worker < known.length ? known[worker] : null;
    return slab != null ? slab : newSlab(worker);
  }

  private Slab newSlab(int worker) {
    growth.lock();
    try {
      @Nullable Slab[] known = slabs;
      @Nullable Slab[] grown = Arrays.copyOf(known, Math.max(known.length, worker + 1));
      Slab slab = grown[worker];
      if (slab == null) {
        slab = Slab.onHeap();
        grown[worker] = slab;
        slabs = grown;
      }
      return slab;
    } finally {
      growth.unlock();
    }
  }

  /** What each worker has counted, by its number. */
  private SortedMap<Integer, Counts> read() {
    SortedMap<Integer, Counts> read = new TreeMap<>();
    @Nullable Slab[] known = slabs;
    for (int worker = 0; worker < known.length; worker++) {
      Slab slab = known[worker];
      if (slab != null) {
        read.put(worker, Counts.of(slab));
      }
    }
    return read;
  }

  /**
   * The counts now.
   *
   * @return what holds all that was recorded before the call, and may hold what is recorded during
   *     it
   */
  public Snapshot snapshot() {
    Counts counts = Counts.sum(read().values());
    Distribution durations = counts.durations();
    return new Snapshot(
        counts.requests(),
        durations.sum(),
        durations.count(),
        counts.connectionsActive(),
        counts.requestsInFlight(),
        counts.bytesSent(),
        counts.rejected(),
        counts.disconnects());
  }

  /**
   * All metrics now, in Prometheus's text format.
   *
   * @return as {@link #export(Format)} with {@link Format#TEXT}
   */
  public String export() {
    return export(Format.TEXT);
  }

  /**
   * All metrics now: those of events, of the servers that the collector is attached to, of the JVM
   * and of its process. What is not known on this system is left out.
   *
   * @param format how they are written
   * @return the text, to be sent in UTF-8 with the format's {@linkplain Format#contentType content
   *     type}
   */
  public String export(Format format) {
    List<Family> families = new ArrayList<>(traffic());
    families.addAll(Servers.families(vitals));
    families.addAll(Jvm.families());
    families.addAll(OwnProcess.families());
    return Exposition.of(families, format);
  }

  /** Exemplars are read before counts: so each stands for a request that its bucket counts. */
  private List<Family> traffic() {
    List<@Nullable Exemplar> latest = new ArrayList<>();
    for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
      latest.add(exemplars.get(bucket));
    }
    return Traffic.families(read(), latest);
  }
}
