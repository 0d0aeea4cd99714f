package dev.pounce.observe.metrics;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.Distribution;
import dev.pounce.observe.DrainCompleted;
import dev.pounce.observe.DrainStarted;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.ReloadCompleted;
import dev.pounce.observe.RequestRejected.Reason;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.Trace;
import dev.pounce.observe.Vitals;
import dev.pounce.observe.WorkerReplaced;
import dev.pounce.observe.metrics.Snapshot.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrometheusCollectorTest {
  private static final Duration MILLIS_5 = Duration.ofMillis(5);
  private static final long PID = ProcessHandle.current().pid();
  private static final Snapshot NOTHING = new PrometheusCollector().snapshot();

  private final PrometheusCollector collector = new PrometheusCollector();
  private final Story story = Story.on(collector);

  @Test
  void connectionOpened_untilCompleted_isActive() {
    story.opened();
    assertThat(collector.snapshot().connectionsActive()).isEqualTo(1);

    story.closed();
    assertThat(collector.snapshot()).isEqualTo(NOTHING);
  }

  @Test
  void requestStarted_isInFlightAndNothingElse() {
    story.started("GET");

    Snapshot snapshot = collector.snapshot();
    assertThat(snapshot.requestsInFlight()).isEqualTo(1);
    assertThat(snapshot.requestsTotal()).isEmpty();
    assertThat(snapshot.durationCount()).isZero();
  }

  @Test
  void responseCompleted_countsWithMethodStatusDurationAndBytes() {
    story.completed(story.started("POST"), 201, 1234, MILLIS_5);

    Snapshot snapshot = collector.snapshot();
    assertThat(snapshot.requestsTotal()).containsExactly(entry(new Outcome("POST", "201"), 1L));
    assertThat(snapshot.durationCount()).isEqualTo(1);
    assertThat(snapshot.durationSum()).isEqualTo(MILLIS_5);
    assertThat(snapshot.bytesSentTotal()).isEqualTo(1234);
    assertThat(snapshot.requestsInFlight()).isZero();
  }

  @Test
  void requestFailed_clientWasTold_countsAsAnswered() {
    story.failed(story.started("GET"), 504, 21, MILLIS_5);

    Snapshot snapshot = collector.snapshot();
    assertThat(snapshot.requestsTotal()).containsExactly(entry(new Outcome("GET", "504"), 1L));
    assertThat(snapshot.durationCount()).isEqualTo(1);
    assertThat(snapshot.durationSum()).isEqualTo(MILLIS_5);
    assertThat(snapshot.bytesSentTotal()).isEqualTo(21);
    assertThat(snapshot.requestsInFlight()).isZero();
  }

  @Test
  void requestFailed_nothingWasSent_onlyEnds() {
    story.failed(story.started("GET"), 0, 0, MILLIS_5);

    assertThat(collector.snapshot()).isEqualTo(NOTHING);
  }

  @Test
  void clientDisconnected_duringRequest_endsItUncounted() {
    story.left(story.started("GET"), 100);

    Snapshot snapshot = collector.snapshot();
    assertThat(snapshot.clientDisconnectsTotal()).isEqualTo(1);
    assertThat(snapshot.bytesSentTotal()).isEqualTo(100);
    assertThat(snapshot.requestsInFlight()).isZero();
    assertThat(snapshot.requestsTotal()).isEmpty();
    assertThat(snapshot.durationCount()).isZero();
  }

  @Test
  void clientDisconnected_duringHead_endsNoRequest() {
    story.started("GET");
    story.left(null, 0);

    assertThat(collector.snapshot().clientDisconnectsTotal()).isEqualTo(1);
    assertThat(collector.snapshot().requestsInFlight()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void requestRejected_countsWithItsReasonAlone(Reason reason) {
    story.rejected(reason, 503, 10);

    Snapshot snapshot = collector.snapshot();
    assertThat(snapshot.rejectedTotal())
        .containsOnlyKeys(Reason.values())
        .allSatisfy((each, count) -> assertThat(count).isEqualTo(each == reason ? 1 : 0));
    assertThat(snapshot.bytesSentTotal()).isEqualTo(10);
    assertThat(snapshot.requestsInFlight()).isZero();
    assertThat(snapshot.requestsTotal()).isEmpty();
    assertThat(snapshot.durationCount()).isZero();
  }

  @Test
  void drain_countsNothing() {
    collector.record(new DrainStarted(1, 3, Story.NOW));
    collector.record(new DrainCompleted(1, 3, MILLIS_5, Story.NOW));

    assertThat(collector.snapshot()).isEqualTo(NOTHING);
    assertThat(collector.export()).doesNotContain("worker_id=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
  void method_known_isTold(String method) {
    story.answered(method, 200, 0, MILLIS_5);

    assertThat(collector.snapshot().requestsTotal()).containsOnlyKeys(new Outcome(method, "200"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"get", "PROPFIND", "GETT", "-", "", "\"\n\\"})
  void method_unknown_countsAsOther(String method) {
    story.answered(method, 200, 0, MILLIS_5);

    assertThat(collector.snapshot().requestsTotal()).containsOnlyKeys(new Outcome("_OTHER", "200"));
  }

  @ParameterizedTest
  @CsvSource({
    "100, 100",
    "599, 599",
    "99, _OTHER",
    "600, _OTHER",
    "-1, _OTHER",
    "2147483647, _OTHER",
    "-2147483648, _OTHER"
  })
  void status_outsideOfHttp_countsAsOther(int status, String label) {
    story.answered("TRACE", status, 0, MILLIS_5);
    story.answered("_", status, 0, MILLIS_5);

    assertThat(collector.snapshot().requestsTotal())
        .containsExactly(
            entry(new Outcome("TRACE", label), 1L), entry(new Outcome("_OTHER", label), 1L));
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0.005",
    "PT0.005S, 0.005",
    "PT0.005000001S, 0.01",
    "PT0.01S, 0.01",
    "PT0.025S, 0.025",
    "PT0.05S, 0.05",
    "PT0.1S, 0.1",
    "PT0.25S, 0.25",
    "PT0.5S, 0.5",
    "PT1S, 1.0",
    "PT2.5S, 2.5",
    "PT5S, 5.0",
    "PT10S, 10.0",
    "PT10.000000001S, +Inf",
    "PT24H, +Inf"
  })
  void duration_countsInTheLeastBucketThatHoldsIt(Duration duration, String bound) {
    story.answered("GET", 200, 0, duration);

    assertThat(buckets().filter(line -> line.endsWith(" 1")).findFirst())
        .hasValue("http_request_duration_seconds_bucket{le=\"" + bound + "\"} 1");
  }

  @Test
  void durations_areSummedToTheMicrosecond() {
    story.answered("GET", 200, 0, Duration.ofNanos(1_400));
    story.answered("GET", 200, 0, Duration.ofNanos(1_500));
    story.answered("GET", 200, 0, Duration.ofDays(100_000));

    assertThat(collector.snapshot().durationSum())
        .isEqualTo(Duration.ofDays(100_000).plusNanos(3_000));
  }

  @Test
  void worker_hasItsOwnGauges() {
    Story.on(collector, 1, 1).opened().started("GET");
    Story.on(collector, 1, 2).opened().closed();
    Story.on(collector, 3, 3).opened().started("GET");
    Story.on(collector, 3, 4).opened();

    assertThat(lines("pounce_worker_").filter(line -> line.contains("{")))
        .containsExactly(
            "pounce_worker_connections{worker_id=\"1\",worker_pid=\"" + PID + "\"} 1",
            "pounce_worker_connections{worker_id=\"3\",worker_pid=\"" + PID + "\"} 2",
            "pounce_worker_requests_in_flight{worker_id=\"1\",worker_pid=\"" + PID + "\"} 1",
            "pounce_worker_requests_in_flight{worker_id=\"3\",worker_pid=\"" + PID + "\"} 1");
    assertThat(collector.snapshot().connectionsActive()).isEqualTo(3);
    assertThat(collector.snapshot().requestsInFlight()).isEqualTo(2);
  }

  @Test
  void vitals_ofSeveralServers_areSummed() {
    collector.attached(new Server(lag(5, 3, 1), 2, 7, 1, 20));
    collector.attached(new Server(lag(1, 0, 0), 4, 3, 0, 5));

    assertThat(lines("pounce_").filter(line -> !line.contains("_bucket")))
        .containsExactly(
            "pounce_tls_handshake_failures_total 0",
            "pounce_scheduler_lag_seconds_sum 0.01",
            "pounce_scheduler_lag_seconds_count 10",
            "pounce_scheduler_stalls_total 6",
            "pounce_log_lines_dropped_total 10",
            "pounce_collector_failures_total 1",
            "pounce_spans_dropped_total 25",
            "pounce_worker_restarts_total 0",
            "pounce_reloads_total{result=\"success\"} 0",
            "pounce_reloads_total{result=\"failure\"} 0");
    assertThat(lines("pounce_scheduler_lag_seconds_bucket"))
        .startsWith(
            "pounce_scheduler_lag_seconds_bucket{le=\"0.0001\"} 6",
            "pounce_scheduler_lag_seconds_bucket{le=\"0.00025\"} 9",
            "pounce_scheduler_lag_seconds_bucket{le=\"0.0005\"} 10")
        .endsWith("pounce_scheduler_lag_seconds_bucket{le=\"+Inf\"} 10");
  }

  /** As many delays in the first buckets, of a millisecond each. */
  private static Distribution lag(long... counts) {
    List<Long> all = new ArrayList<>(Collections.nCopies(Vitals.LAG_BOUNDS.size() + 1, 0L));
    for (int bucket = 0; bucket < counts.length; bucket++) {
      all.set(bucket, counts[bucket]);
    }
    return new Distribution(Vitals.LAG_BOUNDS, all, Duration.ofMillis(LongStream.of(counts).sum()));
  }

  @Test
  void vitals_ofOtherBuckets_areInTheNextThatHoldThem() {
    collector.attached(
        new Server(
            new Distribution(millis(1, 7, 300), List.of(1L, 2L, 4L, 8L), MILLIS_5), 0, 0, 0, 0));

    assertThat(lines("pounce_scheduler_lag_seconds_bucket"))
        .containsSubsequence(
            "pounce_scheduler_lag_seconds_bucket{le=\"0.0005\"} 0",
            "pounce_scheduler_lag_seconds_bucket{le=\"0.001\"} 1",
            "pounce_scheduler_lag_seconds_bucket{le=\"0.005\"} 1",
            "pounce_scheduler_lag_seconds_bucket{le=\"0.01\"} 3",
            "pounce_scheduler_lag_seconds_bucket{le=\"0.25\"} 3",
            "pounce_scheduler_lag_seconds_bucket{le=\"+Inf\"} 15");
  }

  @Test
  void vitals_exportedTwice_areCountedOnce() {
    collector.attached(new Server(lag(1), 0, 3, 0, 0));
    assertThat(lines("pounce_log_lines")).containsExactly("pounce_log_lines_dropped_total 3");

    collector.attached(new Server(lag(1), 0, 7, 0, 0));
    assertThat(lines("pounce_log_lines")).containsExactly("pounce_log_lines_dropped_total 10");
    assertThat(lines("pounce_scheduler_lag_seconds_count"))
        .containsExactly("pounce_scheduler_lag_seconds_count 2");
  }

  @Test
  void restartsAndReloads_areCounted_andOfNoWorker() {
    collector.record(new WorkerReplaced(3, "signal 9", Story.NOW));
    collector.record(new ReloadCompleted(2, null, MILLIS_5, Story.NOW));
    collector.record(new ReloadCompleted(3, null, MILLIS_5, Story.NOW));
    collector.record(new ReloadCompleted(3, "out of stock", MILLIS_5, Story.NOW));

    assertThat(lines("pounce_"))
        .contains(
            "pounce_worker_restarts_total 1",
            "pounce_reloads_total{result=\"success\"} 2",
            "pounce_reloads_total{result=\"failure\"} 1")
        .noneMatch(line -> line.contains("worker_id"));
    assertThat(collector.snapshot()).isEqualTo(NOTHING);
  }

  @Test
  void connectionsActive_areThoseOfAllWorkers() {
    Story.on(collector, 1, 1).opened();
    Story.on(collector, 3, 2).opened();
    Story.on(collector, 3, 3).opened().closed();

    assertThat(collector.connectionsActive()).isEqualTo(2);
  }

  @Test
  void exemplar_traceIsSampled_isTheLatestOfItsBucket() {
    completed(new Span("1", true), Duration.ofMillis(1));
    completed(new Span("2", true), Duration.ofMillis(2));
    completed(new Span("3", true), Duration.ofSeconds(3));
    completed(new Span("4", false), Duration.ofMillis(4));

    assertThat(collector.export(Format.OPENMETRICS))
        .contains(
            "_bucket{le=\"0.005\"} 3 # {span_id=\"span2\",trace_id=\"trace2\"} 0.002"
                + " 1770891330.123456\n",
            "_bucket{le=\"5.0\"} 4 # {span_id=\"span3\",trace_id=\"trace3\"} 3.0"
                + " 1770891330.123456\n");
    assertThat(buckets(Format.OPENMETRICS).filter(line -> line.contains("#"))).hasSize(2);
  }

  @Test
  void exemplar_text_hasNone() {
    completed(new Span("1", true), Duration.ofMillis(1));

    assertThat(buckets()).hasSize(12).noneMatch(line -> line.contains("#"));
  }

  @Test
  void exemplar_requestWasNotAnswered_isNone() {
    RequestStarted failed = story.started("GET", new Span("1", true));
    story.failed(failed, 0, 0, MILLIS_5);
    RequestStarted left = story.started("GET", new Span("1", true));
    story.left(left, 10);

    assertThat(buckets(Format.OPENMETRICS)).noneMatch(line -> line.contains("#"));
  }

  @Test
  void webSocket_countsAsARequestButNotInTheHistogram() {
    RequestStarted opened = story.started("GET", Protocol.WEBSOCKET, new Span("1", true));
    story.completed(opened, 101, 5_000, Duration.ofHours(24));

    assertThat(collector.export())
        .contains("http_requests_total{method=\"GET\",status=\"101\"} 1")
        .contains("http_request_duration_seconds_count 0")
        .contains("http_requests_in_flight 0")
        .contains("http_bytes_sent_total 5000");
    assertThat(collector.export(Format.OPENMETRICS)).doesNotContain("trace_id");
  }

  private void completed(Trace trace, Duration duration) {
    story.completed(story.started("GET", trace), 200, 0, duration);
  }

  private Stream<String> buckets() {
    return buckets(Format.TEXT);
  }

  private Stream<String> buckets(Format format) {
    return collector
        .export(format)
        .lines()
        .filter(line -> line.startsWith("http_request_duration_seconds_bucket"));
  }

  private Stream<String> lines(String prefix) {
    return collector.export().lines().filter(line -> line.startsWith(prefix));
  }

  private static List<Duration> millis(long... bounds) {
    return LongStream.of(bounds).mapToObj(Duration::ofMillis).toList();
  }
}
