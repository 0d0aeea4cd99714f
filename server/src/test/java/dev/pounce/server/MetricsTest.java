package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static dev.pounce.server.Requests.post;
import static dev.pounce.server.Sample.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.observe.metrics.Format;
import dev.pounce.observe.metrics.PrometheusCollector;
import dev.pounce.observe.metrics.Snapshot;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The built-in metrics, and that they are exact. */
@Timeout(60)
class MetricsTest {

  private static final Application SITE =
      Http.app(request ->
          request.path().equals("/missing") ? Response.empty(404) : Response.text("Hello!\n"));

  private static String scrape(Running server) throws IOException {
    try (RawClient client = server.connect()) {
      return client.send(get("/metrics")).readResponse().text();
    }
  }

  private static List<String> samples(String metrics, String family) {
    return metrics.lines().filter(line -> line.startsWith(family)).toList();
  }

  @Test
  void metrics_areOffByDefault() throws Exception {
    Application app = Http.app(request -> Response.text("the application's own"));
    try (Running server = Running.serve(app)) {
      assertThat(scrape(server)).isEqualTo("the application's own");
    }
  }

  @Test
  void metrics_tellWhatWasServed() throws Exception {
    try (Running server =
            Running.serve(SITE, settings -> settings.metricsPath("/metrics").workers(1));
        RawClient client = server.connect()) {
      client.send(get("/")).readResponse();
      client.send(get("/")).readResponse();
      client.send(post("/", "x")).readResponse();
      client.send("BREW / HTTP/1.1\r\nHost: h\r\n\r\n").readResponse();
      client.send(get("/missing")).readResponse();
      client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n").readHead();
      Await.until("all are counted", () -> scrape(server).contains("_seconds_count 6\n"));
      String metrics = scrape(server);

      assertThat(samples(metrics, "http_requests_total"))
          .containsExactlyInAnyOrder(
              "http_requests_total{method=\"GET\",status=\"200\"} 2",
              "http_requests_total{method=\"GET\",status=\"404\"} 1",
              "http_requests_total{method=\"POST\",status=\"200\"} 1",
              "http_requests_total{method=\"HEAD\",status=\"200\"} 1",
              "http_requests_total{method=\"_OTHER\",status=\"200\"} 1");
      assertThat(metrics)
          .contains("http_bytes_sent_total 28\n")
          .contains("http_requests_in_flight 0\n")
          .contains(
              "pounce_worker_requests_in_flight{worker_id=\"1\",worker_pid=\""
                  + ProcessHandle.current().pid()
                  + "\"} 0\n")
          .contains("pounce_log_lines_dropped_total 0\n")
          .contains("pounce_collector_failures_total 0\n")
          .contains("jvm_memory_used_bytes{area=\"heap\"} ")
          .contains("process_cpu_seconds_total ");
      assertThat(samples(metrics, "http_connections_active").getFirst())
          .matches("http_connections_active [2-9]");
    }
  }

  @Test
  void schedulerLag_isProbed() throws Exception {
    try (Running server = Running.serve(SITE, settings -> settings.metricsPath("/metrics"))) {
      Await.until(
          "some probes",
          () ->
              samples(scrape(server), "pounce_scheduler_lag_seconds_count").stream()
                  .anyMatch(line -> !line.endsWith(" 0")));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/* | text/plain; version=0.0.4; charset=utf-8",
        "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"
            + " | application/openmetrics-text; version=1.0.0; charset=utf-8",
      })
  void format_isWhatTheClientAccepts(String accept, String contentType) throws Exception {
    try (Running server = Running.serve(SITE, settings -> settings.metricsPath("/metrics"));
        RawClient client = server.connect()) {
      RawResponse response = client.send(get("/metrics", "Accept: " + accept)).readResponse();

      assertThat(response.status()).isEqualTo(200);
      assertThat(response.header("content-type")).contains(contentType);
      assertThat(response.text().endsWith("# EOF\n")).isEqualTo(accept.startsWith("application"));
    }
  }

  @Test
  void metrics_acceptInSeveralLines_isOneList() throws Exception {
    try (Running server = Running.serve(SITE, settings -> settings.metricsPath("/metrics"));
        RawClient client = server.connect()) {
      RawResponse response =
          client
              .send(
                  get(
                      "/metrics",
                      "Accept: text/plain;q=0.5",
                      "Accept: application/openmetrics-text;version=1.0.0"))
              .readResponse();

      assertThat(response.header("content-type").orElseThrow()).startsWith("application/");
    }
  }

  @Test
  void metrics_ofHeadAndPost() throws Exception {
    try (Running server = Running.serve(SITE, settings -> settings.metricsPath("/metrics"));
        RawClient client = server.connect()) {
      RawResponse head = client.send("HEAD /metrics HTTP/1.1\r\nHost: h\r\n\r\n").readHead();
      RawResponse post = client.send(post("/metrics", "")).readResponse();

      assertThat(head.status()).isEqualTo(200);
      assertThat(post.status()).isEqualTo(405);
      assertThat(post.header("allow")).contains("GET, HEAD");
      assertThat(post.text()).isEqualTo("/metrics answers GET and HEAD\n");
    }
  }

  @Test
  void metrics_whenThereAreTooManyConnections_areStillAnswered() throws Exception {
    try (Running server =
            Running.serve(
                SITE,
                settings ->
                    settings.metricsPath("/metrics").maxConnections(1).keepAliveTimeout(LONG));
        RawClient first = server.connect()) {
      first.send(get("/")).readResponse();

      assertThat(scrape(server)).contains("http_connections_active 2\n");
      try (RawClient second = server.connect()) {
        assertThat(second.send(get("/")).readResponse().status()).isEqualTo(503);
      }
      Await.until(
          "the rejection is counted",
          () -> scrape(server).contains("http_requests_rejected_total{reason=\"over_limit\"} 1"));
    }
  }

  @Test
  void metrics_whileHandlersBurnOnEveryCarrier_areStillAnswered() throws Exception {
    int carriers = Runtime.getRuntime().availableProcessors();
    CountDownLatch burning = new CountDownLatch(carriers);
    CountDownLatch enough = new CountDownLatch(1);
    Application app =
        Http.app(request -> {
          burning.countDown();
          while (enough.getCount() > 0) {
            Thread.onSpinWait();
          }
          return Response.text("done");
        });
    try (Running server = Running.serve(app, settings -> settings.metricsPath("/metrics"));
        ExecutorService clients = Executors.newFixedThreadPool(carriers)) {
      List<Future<RawResponse>> answers =
          IntStream.range(0, carriers).mapToObj(i -> clients.submit(() -> ask(server))).toList();
      Await.latch("all carriers", burning);

      assertThat(scrape(server)).contains("http_requests_in_flight " + carriers + "\n");
      enough.countDown();
      for (Future<RawResponse> answer : answers) {
        assertThat(answer.get().status()).isEqualTo(200);
      }
    }
  }

  private static RawResponse ask(Running server) throws IOException {
    try (RawClient client = server.connect()) {
      return client.send(get("/")).readResponse();
    }
  }

  @Test
  void collectorOfTheCallers_isTheOneThatIsShown() throws Exception {
    PrometheusCollector collector = new PrometheusCollector();
    try (Running server =
        Running.serve(SITE, settings -> settings.metricsPath("/metrics"), collector)) {
      ask(server);
      Await.until("it is counted", () -> collector.snapshot().durationCount() == 1);

      assertThat(scrape(server)).contains("http_requests_total{method=\"GET\",status=\"200\"} 1\n");
      assertThat(collector.export(Format.TEXT)).contains("http_bytes_sent_total 7\n");
    }
  }

  @Test
  void counters_underLoadFromManyClients_areExactToTheRequest() throws Exception {
    int clients = 8;
    int requests = 2_000;
    PrometheusCollector collector = new PrometheusCollector();
    try (Running server = Running.serve(SITE, settings -> settings.workers(2), collector);
        ExecutorService pool = Executors.newFixedThreadPool(clients)) {
      List<Future<Long>> sums =
          IntStream.range(0, clients)
              .mapToObj(i -> pool.submit(() -> load(server, requests)))
              .toList();
      long bytes = 0;
      for (Future<Long> sum : sums) {
        bytes += sum.get();
      }
      server.close();
      Snapshot counted = collector.snapshot();

      assertThat(counted.requestsTotal().values().stream().mapToLong(Long::longValue).sum())
          .isEqualTo((long) clients * requests);
      assertThat(counted.bytesSentTotal()).isEqualTo(bytes);
      assertThat(counted.connectionsActive()).isZero();
      assertThat(counted.requestsInFlight()).isZero();
    }
  }

  private static long load(Running server, int requests) throws IOException {
    long bytes = 0;
    try (RawClient client = server.connect()) {
      for (int i = 0; i < requests; i += 4) {
        client.send(get("/").repeat(3) + get("/missing"));
        for (int j = 0; j < 4; j++) {
          bytes += client.readResponse().body().length;
        }
      }
    }
    return bytes;
  }
}
