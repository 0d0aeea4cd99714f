package dev.pounce.observe.metrics;

import static dev.pounce.observe.metrics.Family.counter;
import static dev.pounce.observe.metrics.Family.gauge;
import static dev.pounce.observe.metrics.Family.sample;

import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The metrics of connections and requests. */
final class Traffic {

  private Traffic() {}

  /**
   * Makes them of what was counted.
   *
   * @param reading of all slabs
   * @param exemplars of each bucket of durations
   */
  static List<Family> families(Reading reading, List<@Nullable Exemplar> exemplars) {
    Counts all = reading.all();
    return List.of(
        counter(
            "http_requests",
            "Total HTTP requests.",
            all.requests().entrySet().stream()
                .map(e ->
                    sample(
                        e.getValue(),
                        "method",
                        e.getKey().method(),
                        "status",
                        e.getKey().status()))),
        Family.histogram(
            "http_request_duration_seconds",
            "Request duration in seconds.",
            all.durations(),
            exemplars::get),
        gauge(
            "http_connections_active", "Active TCP connections.", sample(all.connectionsActive())),
        gauge(
            "http_requests_in_flight",
            "Requests currently being processed.",
            sample(all.requestsInFlight())),
        counter("http_bytes_sent", "Total bytes sent in responses.", sample(all.bytesSent())),
        counter(
            "http_requests_rejected",
            "Total HTTP requests that the server refused.",
            all.rejected().entrySet().stream()
                .map(e -> sample(e.getValue(), "reason", e.getKey().label()))),
        counter(
            "http_client_disconnects",
            "Total clients that left in the middle of a request.",
            sample(all.disconnects())),
        counter(
            "pounce_tls_handshake_failures",
            "Total TLS handshakes that failed, or did not end in time.",
            sample(all.of(Slab.HANDSHAKE_FAILURES))),
        gauge(
            "pounce_worker_connections",
            "Active TCP connections of a worker.",
            each(reading, Counts::connectionsActive)),
        gauge(
            "pounce_worker_requests_in_flight",
            "Requests of a worker currently being processed.",
            each(reading, Counts::requestsInFlight)));
  }

  private static Stream<Family.Sample> each(Reading reading, ToLongFunction<Counts> value) {
    return reading.workers().stream()
        .map(worker -> sample(value.applyAsLong(worker.counts())).labelled(worker.labels()));
  }
}
