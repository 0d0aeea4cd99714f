package dev.pounce.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.observe.metrics.Format;
import dev.pounce.observe.metrics.PrometheusCollector;
import dev.pounce.server.Server;
import dev.pounce.server.config.Builder;
import dev.pounce.server.config.ByteSize;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * A real Prometheus, configured as docs/observability.md says, knows what a client did. It reads
 * two pages of the same counts: the server's own, and one of an application, which knows text only.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PrometheusTest {

  private static final String DOCUMENT = "docs/observability.md";
  private static final String OFTEN =
      "global:\n  scrape_interval: 500ms\n  scrape_timeout: 500ms\n";
  private static final String TEXT_JOB =
      "  - job_name: text\n    static_configs:\n      - targets: [\"127.0.0.1:%d\"]\n";

  private static final Application SHOP =
      Http.app(request ->
          switch (request.path()) {
            case "/missing" -> Response.text("There is none.\n").status(404);
            case "/boom" -> throw new IllegalStateException("out of stock");
            default -> Response.text(request.bytes().length + " bytes\n");
          });

  @TempDir private static Path directory;
  private static Path configuration;
  private static LogWriter log;
  private static Server shop;
  private static Server page;
  private static Prometheus prometheus;
  private static long bytes;

  @BeforeAll
  static void startAndVisit() throws Exception {
    try (Hush _ = Hush.open()) {
      PrometheusCollector metrics = new PrometheusCollector();
      log = LogWriter.to(OutputStream.nullOutputStream(), LogFormat.TEXT);
      shop =
          new Server(config().metricsPath("/metrics").build(), SHOP, log, metrics, new SameSpan());
      shop.start();
      page = new Server(config().build(), exported(metrics), log);
      page.start();
      configuration = Files.writeString(directory.resolve("prometheus.yml"), configuration());
      prometheus = Prometheus.start(configuration, directory);
      bytes = visit(shop.port());
    }
  }

  @AfterAll
  static void stop() throws Exception {
    try (Hush _ = Hush.open();
        Prometheus _ = prometheus;
        LogWriter _ = log;
        Server _ = shop) {
      page.close();
    }
  }

  private static Builder config() {
    return ServerConfig.builder().port(0).maxRequestSize(ByteSize.of(10));
  }

  /** An application that shows a collector's metrics on a page of its own. */
  private static Application exported(PrometheusCollector metrics) {
    return Http.app(
        request -> Response.bytes(Format.TEXT.contentType(), metrics.export().getBytes(UTF_8)));
  }

  private static String configuration() throws IOException {
    String shown = Document.of(DOCUMENT).blockWith("scrape_configs:").text();
    return OFTEN
        + shown.replace("127.0.0.1:8000", "127.0.0.1:" + shop.port())
        + TEXT_JOB.formatted(page.port());
  }

  /** Does a bit of everything, and returns the bytes of all bodies that came back. */
  private static long visit(int port) throws IOException {
    long got = 0;
    try (RawClient client = RawClient.connect(port)) {
      for (String path : List.of("/", "/", "/", "/missing", "/missing", "/boom")) {
        got += body(client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n"));
      }
      got += body(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"));
      got += body(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n"));
    }
    try (RawClient client = RawClient.connect(port)) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      got += body(client.send("b\r\nfar too much\r\n0\r\n\r\n"));
    }
    try (RawClient client = RawClient.connect(port)) {
      got += body(client.send("BAD\r\n\r\n"));
    }
    try (RawClient client = RawClient.connect(port)) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc");
    }
    return got;
  }

  private static int body(RawClient client) throws IOException {
    return client.readResponse().body().length;
  }

  @Test
  void configuration_isRight() throws IOException, InterruptedException {
    assertThat(Transcript.run("promtool check config '" + configuration + "'", directory, Map.of()))
        .contains("SUCCESS");
  }

  /** Asks of one of the two jobs until it answers what it should. */
  private static void assertEventually(
      String job, String promQl, String label, Map<String, Double> wanted) throws Exception {
    String query = promQl.replace("JOB", "job=\"" + job + "\"");
    assertThat(prometheus.until(wanted::equals, () -> prometheus.query(query, label)))
        .as(query)
        .isEqualTo(wanted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pounce", "text"})
  void target_isUp(String job) throws Exception {
    assertEventually(job, "up{JOB}", "", Map.of("", 1.0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pounce", "text"})
  void requests_areCountedByMethodAndStatus(String job) throws Exception {
    assertEventually(
        job,
        "label_join(http_requests_total{JOB}, \"both\", \" \", \"method\", \"status\")",
        "both",
        Map.of("GET 200", 3.0, "GET 404", 2.0, "GET 500", 1.0, "POST 200", 1.0, "POST 413", 1.0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pounce", "text"})
  void durations_areThoseOfTheRequestsAnswered(String job) throws Exception {
    assertEventually(job, "http_request_duration_seconds_count{JOB}", "", Map.of("", 8.0));
    assertEventually(
        job, "http_request_duration_seconds_bucket{JOB, le=\"+Inf\"}", "", Map.of("", 8.0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pounce", "text"})
  void bytes_areThoseThatTheClientGot(String job) throws Exception {
    assertEventually(job, "http_bytes_sent_total{JOB}", "", Map.of("", (double) bytes));
  }

  /** One body was too large by its length, the other as the application read it. */
  @ParameterizedTest
  @ValueSource(strings = {"pounce", "text"})
  void rejections_areCountedByReason(String job) throws Exception {
    assertEventually(
        job,
        "http_requests_rejected_total{JOB} > 0",
        "reason",
        Map.of("malformed", 1.0, "too_large", 2.0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pounce", "text"})
  void disconnects_areCounted(String job) throws Exception {
    assertEventually(job, "http_client_disconnects_total{JOB}", "", Map.of("", 1.0));
    assertEventually(job, "http_requests_in_flight{JOB}", "", Map.of("", 0.0));
  }

  /** Only OpenMetrics tells units. */
  @Test
  void prometheus_asksForOpenMetrics_andTakesText() throws Exception {
    String request = "targets/metadata?metric=http_request_duration_seconds&match_target=";
    for (String job : List.of("pounce", "text")) {
      JsonNode told =
          prometheus.until(
              families -> !families.isEmpty(),
              () -> prometheus.api(request + Prometheus.encoded("{job=\"" + job + "\"}")));
      assertThat(told.at("/0/type").asString()).isEqualTo("histogram");
      assertThat(told.at("/0/unit").asString()).isEqualTo(job.equals("text") ? "" : "seconds");
    }
  }

  @Test
  void exemplar_leadsToTheTrace() throws Exception {
    String request =
        "query_exemplars?query=http_request_duration_seconds_bucket&start=0&end=4102444800";
    JsonNode found = prometheus.until(series -> !series.isEmpty(), () -> prometheus.api(request));
    JsonNode labels = found.at("/0/exemplars/0/labels");
    assertThat(found.at("/0/seriesLabels/job").asString()).isEqualTo("pounce");
    assertThat(labels.path("trace_id").asString()).isEqualTo(SameSpan.TRACE_ID);
    assertThat(labels.path("span_id").asString()).isEqualTo(SameSpan.SPAN_ID);
  }

  static Stream<String> documentedQueries() throws IOException {
    return Document.of(DOCUMENT).table("to see", "PromQL").stream()
        .map(row -> Document.code(row.get(1)));
  }

  @ParameterizedTest
  @MethodSource("documentedQueries")
  void documentedQuery_hasAnAnswer(String promQl) throws Exception {
    assertThat(prometheus.until(found -> !found.isEmpty(), () -> prometheus.query(promQl, "")))
        .isNotEmpty();
  }
}
