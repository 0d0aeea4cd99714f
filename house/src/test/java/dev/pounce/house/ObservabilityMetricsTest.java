package dev.pounce.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.observe.metrics.Ledger;
import dev.pounce.observe.metrics.PrometheusCollector;
import dev.pounce.server.Server;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a real server's metrics page has is what docs/observability.md says, and the other way. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ObservabilityMetricsTest {

  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");
  private static final String BOUND = "le";

  private static String text;
  private static String openMetrics;

  private record Family(String type, Set<String> labels) {}

  /** On one connection, so that the request is counted when the page is asked for. */
  @BeforeAll
  static void scrape() throws IOException {
    ServerConfig config = ServerConfig.builder().port(0).metricsPath("/metrics").build();
    try (Hush _ = Hush.open();
        LogWriter log = LogWriter.to(OutputStream.nullOutputStream(), LogFormat.TEXT);
        Server server = new Server(config, Http.app(request -> Response.text("Hello\n")), log)) {
      server.start();
      try (RawClient client = RawClient.connect(server.port())) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse();
        text = scrape(client, "text/plain");
        openMetrics = scrape(client, "application/openmetrics-text;version=1.0.0");
      }
    }
  }

  private static String scrape(RawClient client, String accept) throws IOException {
    return client
        .send("GET /metrics HTTP/1.1\r\nHost: a\r\nAccept: " + accept + "\r\n\r\n")
        .readResponse()
        .text();
  }

  @Test
  void page_hasTheFamiliesOfTheTable_andNoOthers() throws IOException {
    Map<String, Family> told = new TreeMap<>();
    Document section = Document.of("docs/observability.md").section("## Metrics");
    for (List<String> row : section.table("family", "type", "labels", "what it is")) {
      Set<String> labels = new TreeSet<>(Document.codes(row.get(2)));
      for (String name : Document.codes(row.getFirst())) {
        assertThat(told.put(name, new Family(row.get(1), labels))).as(name).isNull();
      }
    }
    assertThat(families(text)).isEqualTo(told);
  }

  private static Map<String, Family> families(String metrics) {
    Map<String, Family> families = new TreeMap<>();
    String name = "";
    for (String line : metrics.lines().toList()) {
      String[] words = line.split(" ", 4);
      if (line.startsWith("# TYPE")) {
        name = words[2];
        families.put(name, new Family(words[3], new TreeSet<>()));
      } else if (!line.startsWith("#")) {
        assertThat(line).startsWith(name);
        families.get(name).labels().addAll(labels(line));
      }
    }
    return families;
  }

  private static List<String> labels(String sample) {
    return LABEL
        .matcher(sample)
        .results()
        .map(label -> label.group(1))
        .filter(label -> !label.equals(BOUND))
        .toList();
  }

  /** What a process of a ledger exports has the families of the page, and labels more. */
  @Test
  void workerProcess_labelsTheFamiliesThatTheTableSays_andHasOneMore(@TempDir Path directory)
      throws IOException {
    Map<String, Family> processes;
    try (Ledger supervisor = Ledger.create(directory)) {
      supervisor.prepare(1);
      try (Ledger worker = Ledger.join(supervisor.directory(), 1)) {
        processes = families(new PrometheusCollector(worker).export());
      }
    }
    assertThat(processes.remove("pounce_slabs_skipped")).isEqualTo(new Family("gauge", Set.of()));
    assertThat(processes.keySet()).isEqualTo(families(text).keySet());
    List<String> ofEachWorker = ofEachWorker();
    processes.forEach((name, family) ->
        assertThat(family.labels().containsAll(Set.of("worker_id", "worker_pid")))
            .as(name)
            .isEqualTo(ofEachWorker.stream().anyMatch(name::matches)));
  }

  /** The names of families that the table of process mode calls so, {@code *} for any ending. */
  private static List<String> ofEachWorker() throws IOException {
    return Document.of("docs/observability.md")
        .section("## Worker processes")
        .table("families")
        .stream()
        .filter(row -> row.get(1).startsWith("of each worker that lives"))
        .flatMap(row -> Document.codes(row.getFirst()).stream())
        .map(name -> name.replace("*", ".*"))
        .toList();
  }

  @Test
  void formats_haveTheSameSamples() {
    assertThat(openMetrics).contains("# UNIT ").endsWith("# EOF\n");
    assertThat(series(openMetrics)).isEqualTo(series(text)).hasSizeGreaterThan(50);
  }

  /** The names and labels of all samples. */
  private static Set<String> series(String metrics) {
    return metrics
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.substring(0, line.lastIndexOf(' ')))
        .collect(Collectors.toSet());
  }

  @Test
  void promtool_hasNothingToSay(@TempDir Path directory) throws IOException, InterruptedException {
    Path page = Files.writeString(directory.resolve("metrics"), text);
    assertThat(
            Transcript.run(
                "promtool check metrics <'" + page + "' && echo exit 0", directory, Map.of()))
        .isEqualTo("exit 0\n");
  }
}
