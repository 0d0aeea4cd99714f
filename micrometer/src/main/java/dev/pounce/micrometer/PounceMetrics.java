package dev.pounce.micrometer;

import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.ConnectionOpened;
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
import dev.pounce.observe.Vitals;
import dev.pounce.observe.WorkerReplaced;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts events, and shows the counts as {@linkplain PounceMeter meters} of Micrometer's. May be
 * given to several servers, which are then counted together, and bound to several registries. All
 * methods may be called from any thread.
 *
 * <pre>{@code
 * PounceMetrics metrics = new PounceMetrics();
 * metrics.bindTo(registry);
 * Server server = new Server(config, app, metrics);
 * }</pre>
 *
 * <p>Counts are kept here and read by a registry when it wants to know; so they are those since
 * this object was made, in every registry, whenever it was bound. Durations are different: they go
 * to a timer of each registry, to which the registry's filters can add percentiles or other
 * buckets, and which has what was timed since it was bound.
 *
 * <p>What counts as what:
 *
 * <ul>
 *   <li>a request that was answered, by the application or for it when it failed, counts in {@code
 *       http.requests} and, with its duration, in {@code http.request.duration};
 *   <li>one that the server refused counts in {@code http.requests.rejected} alone; in both if the
 *       application was already reading a body that turned out too large, too slow or malformed;
 *   <li>one whose client left counts in {@code http.client.disconnects} alone;
 *   <li>one that failed before anything was sent counts in none of them.
 * </ul>
 *
 * <p>The bytes of all of them count in {@code http.bytes.sent}. Meters of the JVM are Micrometer's
 * own: bind {@code JvmMemoryMetrics} and the like.
 */
public final class PounceMetrics implements MeterBinder, LifecycleCollector, AutoCloseable {

  private final Tally tally = new Tally();

  /** Guards what a registry has: whatever is new to the tally is new to every binding. */
  private final ReentrantLock growth = new ReentrantLock();

  private final List<Binding> bindings = new CopyOnWriteArrayList<>();

  /** Metrics that have counted nothing and are bound to no registry. */
  public PounceMetrics() {}

  /**
   * Puts the meters into a registry. If they are there already, nothing happens.
   *
   * @param registry holds no other {@code PounceMetrics}: its meters would have the same names
   */
  @Override
  public void bindTo(MeterRegistry registry) {
    growth.lock();
    try {
      if (bindings.stream().noneMatch(binding -> binding.isTo(registry))) {
        bindings.add(new Binding(registry, tally));
      }
    } finally {
      growth.unlock();
    }
  }

  /** Takes the meters out of all registries. Events count on, and it may be bound again. */
  @Override
  public void close() {
    growth.lock();
    try {
      bindings.forEach(Binding::undo);
      bindings.clear();
    } finally {
      growth.unlock();
    }
  }

  @Override
  public void attached(Vitals vitals) {
    tally.servers.add(vitals);
  }

  @Override
  public void record(LifecycleEvent event) {
    switch (event) {
      case ConnectionOpened opened -> worker(opened).connections().enter();
      case RequestStarted started -> worker(started).requests().enter();
      case ResponseCompleted e -> ended(e.request(), e.status(), e.bytesSent(), e.duration());
      case RequestFailed e -> ended(e.request(), e.status(), e.bytesSent(), e.duration());
      case RequestRejected rejected -> rejected(rejected);
      case ClientDisconnected left -> left(left);
      case ConnectionCompleted completed -> {
        worker(completed).connections().leave();
        if (completed.reason() == ConnectionCompleted.Reason.HANDSHAKE) {
          tally.handshakeFailures.increment();
        }
      }
      case WorkerReplaced _ -> tally.restarts.increment();
      case ReloadCompleted reload -> tally.reloads(reload.failure() == null).increment();
      case DrainStarted _, DrainCompleted _ -> {}
    }
  }

  private void ended(RequestStarted request, int status, long bytesSent, Duration duration) {
    if (status != 0) {
      requests(Outcome.of(request.method(), status)).increment();
      if (request.protocol() != Protocol.WEBSOCKET) { // which lasts as long as its sides like
        for (Binding binding : bindings) {
          binding.time(duration);
        }
      }
    }
    tally.bytesSent.add(bytesSent);
    worker(request).requests().leave();
  }

  private void rejected(RequestRejected rejected) {
    tally.rejected(rejected.reason()).increment();
    tally.bytesSent.add(rejected.bytesSent());
  }

  private void left(ClientDisconnected left) {
    tally.disconnects.increment();
    tally.bytesSent.add(left.bytesSent());
    if (left.request() != null) {
      worker(left).requests().leave();
    }
  }

  private Tally.Worker worker(LifecycleEvent event) {
    Tally.Worker known = tally.workers.get(event.workerId());
    return known != null ? known : newWorker(event.workerId());
  }

  private Tally.Worker newWorker(int number) {
    growth.lock();
    try {
      Tally.Worker known = tally.workers.get(number);
      if (known != null) {
        return known;
      }
      Tally.Worker worker = new Tally.Worker();
      tally.workers.put(number, worker);
      bindings.forEach(binding -> binding.worker(number, worker));
      return worker;
    } finally {
      growth.unlock();
    }
  }

  private LongAdder requests(Outcome outcome) {
    LongAdder known = tally.requests.get(outcome);
    return known != null ? known : newRequests(outcome);
  }

  private LongAdder newRequests(Outcome outcome) {
    growth.lock();
    try {
      LongAdder known = tally.requests.get(outcome);
      if (known != null) {
        return known;
      }
      LongAdder count = new LongAdder();
      tally.requests.put(outcome, count);
      bindings.forEach(binding -> binding.requests(outcome, count));
      return count;
    } finally {
      growth.unlock();
    }
  }
}
