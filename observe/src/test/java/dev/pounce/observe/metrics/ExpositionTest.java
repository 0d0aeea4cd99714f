package dev.pounce.observe.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.Distribution;
import dev.pounce.observe.metrics.Family.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExpositionTest {

  @Test
  void text_eachType_isWrittenAsPrometheusReadsIt() {
    assertThat(Exposition.of(oneOfEach(), Format.TEXT))
        .isEqualTo(
            """
            # HELP jobs_total Jobs done.
            # TYPE jobs_total counter
            jobs_total{kind="a",size="1"} 3
            jobs_total{kind="b",size="2"} 1234567890123456789
            # HELP memory_bytes Memory.
            # TYPE memory_bytes gauge
            memory_bytes 17
            # HELP wait_seconds Time.
            # TYPE wait_seconds histogram
            wait_seconds_bucket{le="0.0001"} 1
            wait_seconds_bucket{le="10.0"} 3
            wait_seconds_bucket{le="+Inf"} 6
            wait_seconds_sum 123456789.00000001
            wait_seconds_count 6
            # HELP pause_seconds Pauses.
            # TYPE pause_seconds summary
            pause_seconds_count 2
            pause_seconds_sum 0.0
            # HELP jvm_info The JVM.
            # TYPE jvm_info gauge
            jvm_info{version="25"} 1
            """);
  }

  @Test
  void openMetrics_eachType_hasItsOwnNameUnitAndEnd() {
    assertThat(Exposition.of(oneOfEach(), Format.OPENMETRICS))
        .isEqualTo(
            """
            # TYPE jobs counter
            # HELP jobs Jobs done.
            jobs_total{kind="a",size="1"} 3
            jobs_total{kind="b",size="2"} 1234567890123456789
            # TYPE memory_bytes gauge
            # UNIT memory_bytes bytes
            # HELP memory_bytes Memory.
            memory_bytes 17
            # TYPE wait_seconds histogram
            # UNIT wait_seconds seconds
            # HELP wait_seconds Time.
            wait_seconds_bucket{le="0.0001"} 1
            wait_seconds_bucket{le="10.0"} 3 # {span_id="s",trace_id="t"} 0.25 1770891330.5
            wait_seconds_bucket{le="+Inf"} 6
            wait_seconds_sum 123456789.00000001
            wait_seconds_count 6
            # TYPE pause_seconds summary
            # UNIT pause_seconds seconds
            # HELP pause_seconds Pauses.
            pause_seconds_count 2
            pause_seconds_sum 0.0
            # TYPE jvm info
            # HELP jvm The JVM.
            jvm_info{version="25"} 1
            # EOF
            """);
  }

  private static List<Family> oneOfEach() {
    Duration sum = Duration.ofSeconds(123456789, 10);
    List<Duration> bounds = List.of(Duration.ofNanos(100_000), Duration.ofSeconds(10));
    Exemplar exemplar =
        new Exemplar("t", "s", Duration.ofMillis(250), Instant.parse("2026-02-12T10:15:30.5Z"));
    return List.of(
        Family.counter(
            "jobs",
            "Jobs done.",
            Stream.of(
                Family.sample(3, "kind", "a", "size", "1"),
                Family.sample(1234567890123456789L, "kind", "b", "size", "2"))),
        Family.gauge("memory_bytes", "Memory.", Family.sample(17)),
        Family.histogram(
            "wait_seconds",
            "Time.",
            new Distribution(bounds, List.of(1L, 2L, 3L), sum),
            bucket -> bucket == 1 ? exemplar : null),
        new Family(
            "pause_seconds",
            Family.Type.SUMMARY,
            "Pauses.",
            List.of(
                Family.sample(2).named("_count"),
                Family.sample(Family.seconds(Duration.ZERO)).named("_sum"))),
        new Family(
            "jvm", Family.Type.INFO, "The JVM.", List.of(Family.sample(1, "version", "25"))));
  }

  @Test
  void label_backslashQuoteAndLineFeed_areEscapedAndNothingElse() {
    Sample sample = Family.sample(1, "path", "C:\\new\n\"é\t{},=𝄞\r");
    Family family = Family.gauge("g", "Help.", sample);

    String expected = "g{path=\"C:\\\\new\\n\\\"é\t{},=𝄞\r\"} 1\n";
    assertThat(Exposition.of(List.of(family), Format.TEXT)).endsWith(expected);
    assertThat(Exposition.of(List.of(family), Format.OPENMETRICS)).contains(expected);
  }

  @Test
  void help_quotes_areEscapedInOpenMetricsAlone() {
    Family family = Family.gauge("g", "A \"b\" \\ c\nd", Family.sample(1));

    assertThat(Exposition.of(List.of(family), Format.TEXT))
        .startsWith("# HELP g A \"b\" \\\\ c\\nd\n");
    assertThat(Exposition.of(List.of(family), Format.OPENMETRICS))
        .contains("# HELP g A \\\"b\\\" \\\\ c\\nd\n");
  }

  @Test
  void collector_factsOfTheDocumentation_areExportedAsItShows() {
    PrometheusCollector collector = new PrometheusCollector();
    for (int connection = 1; connection <= 42; connection++) {
      Story.on(collector, 1 + connection % 4, connection).opened();
    }
    Story story = Story.on(collector);
    answer(story, 800, 200, Duration.ofMillis(1));
    answer(story, 400, 200, Duration.ofMillis(6));
    answer(story, 200, 200, Duration.ofMillis(20));
    answer(story, 100, 200, Duration.ofMillis(40));
    answer(story, 10, 200, Duration.ofMillis(80));
    answer(story, 10, 200, Duration.ofMillis(200));
    answer(story, 3, 200, Duration.ofMillis(400));
    answer(story, 7, 404, Duration.ofMillis(400));
    answer(story, 4, 404, Duration.ofMillis(900));
    story.answered("GET", 404, 15_234_567, Duration.ofMillis(24_078));
    for (int request = 0; request < 3; request++) {
      story.started("GET");
    }

    assertThat(collector.export())
        .startsWith(
            """
            # HELP http_requests_total Total HTTP requests.
            # TYPE http_requests_total counter
            http_requests_total{method="GET",status="200"} 1523
            http_requests_total{method="GET",status="404"} 12
            # HELP http_request_duration_seconds Request duration in seconds.
            # TYPE http_request_duration_seconds histogram
            http_request_duration_seconds_bucket{le="0.005"} 800
            http_request_duration_seconds_bucket{le="0.01"} 1200
            http_request_duration_seconds_bucket{le="0.025"} 1400
            http_request_duration_seconds_bucket{le="0.05"} 1500
            http_request_duration_seconds_bucket{le="0.1"} 1510
            http_request_duration_seconds_bucket{le="0.25"} 1520
            http_request_duration_seconds_bucket{le="0.5"} 1530
            http_request_duration_seconds_bucket{le="1.0"} 1534
            http_request_duration_seconds_bucket{le="2.5"} 1534
            http_request_duration_seconds_bucket{le="5.0"} 1534
            http_request_duration_seconds_bucket{le="10.0"} 1534
            http_request_duration_seconds_bucket{le="+Inf"} 1535
            http_request_duration_seconds_sum 45.678
            http_request_duration_seconds_count 1535
            # HELP http_connections_active Active TCP connections.
            # TYPE http_connections_active gauge
            http_connections_active 42
            # HELP http_requests_in_flight Requests currently being processed.
            # TYPE http_requests_in_flight gauge
            http_requests_in_flight 3
            # HELP http_bytes_sent_total Total bytes sent in responses.
            # TYPE http_bytes_sent_total counter
            http_bytes_sent_total 15234567
            """);
  }

  private static void answer(Story story, int times, int status, Duration duration) {
    for (int i = 0; i < times; i++) {
      story.answered("GET", status, 0, duration);
    }
  }
}
