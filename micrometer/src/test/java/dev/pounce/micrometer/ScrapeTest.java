package dev.pounce.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.Server;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.testkit.RawClient;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.OutputStream;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Prometheus sees of a real server that answered two requests and refused one. */
@Timeout(60)
class ScrapeTest {

  private static final Logger SAID = Logger.getLogger("pounce");
  private static final long PID = ProcessHandle.current().pid();
  private static final String GET = "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @BeforeAll
  static void quiet() {
    SAID.setLevel(Level.WARNING);
  }

  @Test
  void scrape_hasTheFamiliesOfOurOwnEndpoint() throws Exception {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    int refusal;
    try (PounceMetrics metrics = new PounceMetrics();
        LogWriter log = LogWriter.to(OutputStream.nullOutputStream(), LogFormat.TEXT);
        Server server =
            new Server(
                ServerConfig.builder().port(0).build(),
                Http.app(request ->
                    Response.text("12345").status(request.path().equals("/") ? 200 : 404)),
                log,
                metrics)) {
      metrics.bindTo(registry);
      server.start();
      try (RawClient client = RawClient.connect(server.port());
          RawClient refused = RawClient.connect(server.port())) {
        client.send(GET.formatted("/")).readResponse();
        client.send(GET.formatted("/missing")).readResponse();
        refusal = refused.send("nonsense\r\n\r\n").readResponse().body().length;
      }
      server.close();
      List<String> lines = registry.scrape().lines().toList();
      assertThat(lines)
          .contains(
              "# HELP http_requests_total Total HTTP requests.",
              "# TYPE http_requests_total counter",
              "http_requests_total{method=\"GET\",status=\"200\"} 1.0",
              "http_requests_total{method=\"GET\",status=\"404\"} 1.0",
              "# HELP http_request_duration_seconds Request duration in seconds.",
              "# TYPE http_request_duration_seconds histogram",
              "http_request_duration_seconds_bucket{le=\"10.0\"} 2",
              "http_request_duration_seconds_bucket{le=\"+Inf\"} 2",
              "http_request_duration_seconds_count 2",
              "# TYPE http_connections_active gauge",
              "http_connections_active 0.0",
              "# TYPE http_requests_in_flight gauge",
              "http_requests_in_flight 0.0",
              "# TYPE http_bytes_sent_total counter",
              "http_bytes_sent_total " + (5 + 5 + refusal) + ".0",
              "http_requests_rejected_total{reason=\"malformed\"} 1.0",
              "http_client_disconnects_total 0.0",
              "pounce_tls_handshake_failures_total 0.0",
              "pounce_worker_connections{worker_id=\"1\",worker_pid=\"" + PID + "\"} 0.0",
              "pounce_worker_requests_in_flight{worker_id=\"1\",worker_pid=\"" + PID + "\"} 0.0",
              "pounce_worker_restarts_total 0.0",
              "pounce_reloads_total{result=\"failure\"} 0.0",
              "pounce_scheduler_stalls_total 0.0",
              "pounce_log_lines_dropped_total 0.0",
              "pounce_collector_failures_total 0.0")
          .anyMatch(line -> line.startsWith("pounce_scheduler_lag_seconds_count "))
          .anyMatch(line -> line.startsWith("pounce_scheduler_lag_seconds_sum "));
    }
  }
}
