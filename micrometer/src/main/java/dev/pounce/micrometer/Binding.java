package dev.pounce.micrometer;

import dev.pounce.micrometer.PounceMeter.Key;
import dev.pounce.observe.RequestRejected.Reason;
import dev.pounce.observe.Vitals;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/**
 * The meters of one registry. They read the tally when the registry asks; the timer alone has
 * values of its own. Its methods are not to be called at the same time, but for {@link #time}.
 */
final class Binding {

  /** The buckets that Pounce's own metrics endpoint has too. */
  private static final Duration[] BUCKETS =
      LongStream.of(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final MeterRegistry registry;
  private final List<Meter> meters = new ArrayList<>();
  private final Timer durations;

  Binding(MeterRegistry registry, Tally tally) {
    this.registry = registry;
    durations =
        Timer.builder(PounceMeter.REQUEST_DURATION.getName())
            .description(PounceMeter.REQUEST_DURATION.description())
            .serviceLevelObjectives(BUCKETS)
            .register(registry);
    meters.add(durations);
    gauge(PounceMeter.CONNECTIONS_ACTIVE, tally, Tally::connections);
    gauge(PounceMeter.REQUESTS_IN_FLIGHT, tally, Tally::requestsInFlight);
    counter(PounceMeter.BYTES_SENT, tally.bytesSent);
    counter(PounceMeter.CLIENT_DISCONNECTS, tally.disconnects);
    counter(PounceMeter.TLS_HANDSHAKE_FAILURES, tally.handshakeFailures);
    for (Reason reason : Reason.values()) {
      counter(
          PounceMeter.REQUESTS_REJECTED,
          tally.rejected(reason),
          Key.REASON.asString(),
          reason.label());
    }
    tally.requests.forEach(this::requests);
    tally.workers.forEach(this::worker);
    counter(PounceMeter.WORKER_RESTARTS, tally.restarts);
    counter(PounceMeter.RELOADS, tally.reloads(true), Key.RESULT.asString(), "success");
    counter(PounceMeter.RELOADS, tally.reloads(false), Key.RESULT.asString(), "failure");
    counter(PounceMeter.SCHEDULER_STALLS, tally, all -> all.ofServers(Vitals::schedulerStalls));
    counter(PounceMeter.LOG_LINES_DROPPED, tally, all -> all.ofServers(Vitals::logLinesDropped));
    counter(PounceMeter.COLLECTOR_FAILURES, tally, all -> all.ofServers(Vitals::collectorFailures));
    counter(PounceMeter.SPANS_DROPPED, tally, all -> all.ofServers(Vitals::spansDropped));
    schedulerLag(tally);
  }

  boolean isTo(MeterRegistry other) {
    return registry == other;
  }

  /** A request took that long. Any thread. */
  void time(Duration duration) {
    durations.record(duration);
  }

  /** Adds the meter of requests with an outcome that there was none of before. */
  void requests(Outcome outcome, LongAdder count) {
    counter(
        PounceMeter.REQUESTS,
        count,
        Key.METHOD.asString(),
        outcome.method(),
        Key.STATUS.asString(),
        outcome.statusLabel());
  }

  /** Adds the meters of a worker that was not known before. */
  void worker(int number, Tally.Worker worker) {
    String[] tags = {
      Key.WORKER_ID.asString(),
      Integer.toString(number),
      Key.WORKER_PID.asString(),
      Long.toString(ProcessHandle.current().pid())
    };
    gauge(PounceMeter.WORKER_CONNECTIONS, worker, w -> w.connections().inside(), tags);
    gauge(PounceMeter.WORKER_REQUESTS_IN_FLIGHT, worker, w -> w.requests().inside(), tags);
  }

  /** Takes all meters out of the registry. */
  void undo() {
    meters.forEach(registry::remove);
  }

  private void schedulerLag(Tally tally) {
    meters.add(
        FunctionTimer.builder(
                PounceMeter.SCHEDULER_LAG.getName(),
                tally,
                all -> all.ofServers(server -> server.schedulerLag().count()),
                all -> all.ofServers(server -> server.schedulerLag().sum().toNanos()),
                TimeUnit.NANOSECONDS)
            .description(PounceMeter.SCHEDULER_LAG.description())
            .register(registry));
  }

  private void counter(PounceMeter meter, LongAdder count, String... tags) {
    counter(meter, count, LongAdder::sum, tags);
  }

  private <T> void counter(PounceMeter meter, T source, ToDoubleFunction<T> value, String... tags) {
    meters.add(
        FunctionCounter.builder(meter.getName(), source, value)
            .description(meter.description())
            .tags(tags)
            .register(registry));
  }

  private <T> void gauge(PounceMeter meter, T source, ToDoubleFunction<T> value, String... tags) {
    meters.add(
        Gauge.builder(meter.getName(), source, value)
            .description(meter.description())
            .tags(tags)
            .register(registry));
  }
}
