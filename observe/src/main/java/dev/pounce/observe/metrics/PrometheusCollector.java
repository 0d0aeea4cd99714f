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
import dev.pounce.observe.Protocol;
import dev.pounce.observe.ReloadCompleted;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.observe.Trace;
import dev.pounce.observe.Vitals;
import dev.pounce.observe.WorkerReplaced;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
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
 *   <li>one that opened a WebSocket, or asked for one, counts in {@code http_requests_total} alone:
 *       it lasts as long as its two sides like;
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
 * lives: what a worker has counted stays counted when it is gone. With a {@link Ledger} that is in
 * files, and counters are those of all processes that share them; exemplars are this process's.
 */
public final class PrometheusCollector implements LifecycleCollector {

  private final Slabs slabs;
  private final Servers servers = new Servers();
  private final AtomicReferenceArray<@Nullable Exemplar> exemplars =
      new AtomicReferenceArray<>(Buckets.COUNT);

  /** A collector that has counted nothing. */
  public PrometheusCollector() {
    this.slabs = new HeapSlabs();
  }

  /**
   * A collector that counts for this process and tells what all processes of a ledger have counted.
   *
   * @param ledger the supervisor's, or that of a worker; must not be closed while this is used
   */
  public PrometheusCollector(Ledger ledger) {
    this.slabs = ledger.slabs();
  }

  @Override
  public void attached(Vitals vitals) {
    servers.add(vitals);
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
      case ConnectionCompleted completed -> {
        add(completed, Slab.COMPLETED, 1);
        if (completed.reason() == ConnectionCompleted.Reason.HANDSHAKE) {
          add(completed, Slab.HANDSHAKE_FAILURES, 1);
        }
      }
      case WorkerReplaced _ -> slabs.own().add(0, Slab.RESTARTS, 1);
      case ReloadCompleted reload ->
          slabs.own().add(0, reload.failure() == null ? Slab.RELOADS : Slab.FAILED_RELOADS, 1);
      case DrainStarted _, DrainCompleted _ -> {}
    }
  }

  private void add(ConnectionEvent event, int cell, long amount) {
    Slab slab = slabs.of(event.workerId());
    slab.add(slab.stripe(event.connectionId()), cell, amount);
  }

  private void ended(
      ConnectionEvent event,
      RequestStarted request,
      int status,
      long bytesSent,
      Duration duration) {
    Slab slab = slabs.of(event.workerId());
    long stripe = slab.stripe(event.connectionId());
    if (status != 0) {
      slab.add(stripe, Slab.requests(Method.of(request.method()), status), 1);
      if (request.protocol() != Protocol.WEBSOCKET) {
        took(slab, stripe, request.trace(), duration, event.timestamp());
      }
    }
    slab.add(stripe, Slab.BYTES_SENT, bytesSent);
    slab.add(stripe, Slab.ENDED, 1);
  }

  private void took(
      Slab slab, long stripe, @Nullable Trace trace, Duration duration, Instant timestamp) {
    long nanos = duration.toNanos();
    int bucket = Buckets.of(nanos);
    slab.add(stripe, Slab.bucket(bucket), 1);
    slab.add(stripe, Slab.MICROS, (nanos + 500) / 1000);
    if (trace != null && trace.sampled()) {
      exemplars.set(bucket, new Exemplar(trace.traceId(), trace.spanId(), duration, timestamp));
    }
  }

  /**
   * Lets the other processes of a ledger see what this one tells beside events. To be called about
   * once a second, and when the process ends; what is exported here has it in any case. Without a
   * ledger there is no need to.
   */
  public void publish() {
    try {
      servers.publish(slabs.own());
      slabs.publish();
    } catch (InternalError e) {
      // Somebody has cut the file of our slab: a scrape counts it as skipped.
    }
  }

  /**
   * How many connections all workers have open now: for health checks, which ask often.
   *
   * @return 0 or more
   */
  public long connectionsActive() {
    return slabs.connectionsActive();
  }

  /**
   * The counts now.
   *
   * @return what holds all that was recorded before the call, and may hold what is recorded during
   *     it
   */
  public Snapshot snapshot() {
    Counts counts = slabs.read().all();
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
   * and of its process; with a ledger, those of all its processes. What is not known on this system
   * is left out.
   *
   * @param format how they are written
   * @return the text, to be sent in UTF-8 with the format's {@linkplain Format#contentType content
   *     type}
   */
  public String export(Format format) {
    publish();
    List<@Nullable Exemplar> latest = latest();
    Reading reading = slabs.read();
    List<Family> families = new ArrayList<>(Traffic.families(reading, latest));
    families.addAll(Servers.families(reading.all()));
    families.addAll(slabs.families(reading));
    return Exposition.of(families, format);
  }

  /** To be read before counts: so each stands for a request that its bucket counts. */
  private List<@Nullable Exemplar> latest() {
    List<@Nullable Exemplar> latest = new ArrayList<>();
    for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
      latest.add(exemplars.get(bucket));
    }
    return latest;
  }
}
