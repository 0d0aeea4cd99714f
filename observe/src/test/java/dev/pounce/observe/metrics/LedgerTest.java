package dev.pounce.observe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pounce.observe.Distribution;
import dev.pounce.observe.ReloadCompleted;
import dev.pounce.observe.Vitals;
import dev.pounce.observe.WorkerReplaced;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is summed over processes, what is of one, and what becomes of both when it ends. */
@Timeout(60)
class LedgerTest {
  private static final Duration MILLI = Duration.ofMillis(1);

  @TempDir private Path base;
  private Run run;

  @BeforeEach
  void create() throws IOException {
    run = Run.in(base);
  }

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void counts_ofAllWorkers_areToldByEach() throws IOException {
    PrometheusCollector one = run.worker(1);
    PrometheusCollector two = run.worker(2);
    Story.on(one, 1, 1).opened().answered("GET", 200, 100, MILLI);
    Story.on(two, 2, 1).opened().answered("GET", 200, 20, MILLI);
    Story.on(two, 2, 2).opened().started("GET");

    for (PrometheusCollector any : List.of(one, two, run.collector)) {
      assertThat(any.snapshot().requestsTotal())
          .containsExactly(Map.entry(new Snapshot.Outcome("GET", "200"), 2L));
      assertThat(any.snapshot().bytesSentTotal()).isEqualTo(120);
      assertThat(any.snapshot().requestsInFlight()).isEqualTo(1);
      assertThat(any.snapshot().connectionsActive()).isEqualTo(3);
      assertThat(any.connectionsActive()).isEqualTo(3);
    }
  }

  @Test
  void workerSeries_haveTheWorkersNumberAndProcess() throws IOException {
    Story.on(run.worker(1), 1, 1).opened();
    PrometheusCollector three = run.worker(3);

    assertThat(Run.lines(three, "pounce_worker_connections"))
        .containsExactly(
            "pounce_worker_connections" + Run.worker(1, 1),
            "pounce_worker_connections" + Run.worker(3, 0));
  }

  /** A worker is one number to the supervisor, whatever its server says. */
  @Test
  void events_ofAnyNumber_countForTheWorkerOfTheProcess() throws IOException {
    Story.on(run.worker(2), 1, 1).opened();

    assertThat(Run.lines(run.collector, "pounce_worker_connections"))
        .containsExactly("pounce_worker_connections" + Run.worker(2, 1));
  }

  @Test
  void worker_preparedAfterTheFirstScrape_isSeen() throws IOException {
    PrometheusCollector one = run.worker(1);
    assertThat(one.connectionsActive()).isZero();

    Story.on(run.worker(2), 2, 1).opened();

    assertThat(one.connectionsActive()).isEqualTo(1);
  }

  @Test
  void worker_preparedButNotStarted_hasNoSeries() throws IOException {
    run.supervisor.prepare(1);

    assertThat(Run.lines(run.collector, "pounce_worker_connections")).isEmpty();
    assertThat(Run.lines(run.collector, "pounce_slabs_skipped"))
        .containsExactly("pounce_slabs_skipped 0");
  }

  @Test
  void retire_tellsTheRequestsUnderWay_andEndsThem() throws IOException {
    Story story = Story.on(run.worker(1), 1, 1).opened();
    story.answered("GET", 200, 100, MILLI);
    story.started("GET");
    story.started("GET");

    assertThat(run.supervisor.retire(1)).isEqualTo(2);

    Snapshot after = run.collector.snapshot();
    assertThat(after.requestsInFlight()).isZero();
    assertThat(after.connectionsActive()).isZero();
    assertThat(after.bytesSentTotal()).isEqualTo(100);
    assertThat(after.durationCount()).isEqualTo(1);
    assertThat(run.supervisor.retire(1)).as("the second time").isZero();
  }

  @Test
  void retire_takesAwayTheSeriesOfTheWorker() throws IOException {
    run.worker(1).publish();
    run.worker(2).publish();

    run.supervisor.retire(1);

    assertThat(run.collector.export())
        .doesNotContain("worker_id=\"1\"")
        .contains("worker_id=\"2\"")
        .contains("pounce_slabs_skipped 0\n");
  }

  @Test
  void retire_workerThatNeverWas_isNothing() {
    assertThat(run.supervisor.retire(9)).isZero();
  }

  @Test
  void join_afterAnother_goesOnWithItsCounts() throws IOException {
    Story.on(run.worker(1), 1, 1).opened().answered("GET", 200, 100, MILLI);
    run.supervisor.retire(1);

    Story.on(run.worker(1), 1, 1).opened().answered("GET", 200, 20, MILLI);

    assertThat(run.collector.snapshot().bytesSentTotal()).isEqualTo(120);
    assertThat(Run.lines(run.collector, "pounce_worker_connections"))
        .containsExactly("pounce_worker_connections" + Run.worker(1, 1));
  }

  @Test
  void join_numberOfALivingProcess_isRefused() throws IOException {
    run.worker(1);

    assertThatThrownBy(() -> Ledger.join(run.supervisor.directory(), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(run.slab(1) + ": of process " + Run.PID);
  }

  @Test
  void join_numberThatIsNotPrepared_isRefused() {
    assertThatThrownBy(() -> Ledger.join(run.supervisor.directory(), 1))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void number_lessThanOne_isRefused() {
    String message = "worker: 0 (expected: 1 or more)";
    assertThatThrownBy(() -> Ledger.join(base, 0)).hasMessage(message);
    assertThatThrownBy(() -> run.supervisor.prepare(0)).hasMessage(message);
    assertThatThrownBy(() -> run.supervisor.retire(0)).hasMessage(message);
  }

  @Test
  void vitals_published_areSummedAndStay() throws IOException {
    PrometheusCollector one = run.worker(1);
    one.attached(server(5));
    one.publish();
    PrometheusCollector two = run.worker(2);
    two.attached(server(6));
    two.publish();
    two.publish();
    run.supervisor.retire(2);

    for (PrometheusCollector any : List.of(one, run.collector)) {
      assertThat(any.export())
          .contains(
              "pounce_scheduler_lag_seconds_bucket{le=\"0.0001\"} 11\n",
              "pounce_scheduler_lag_seconds_sum 0.011\n",
              "pounce_scheduler_stalls_total 11\n",
              "pounce_log_lines_dropped_total 11\n",
              "pounce_collector_failures_total 11\n",
              "pounce_spans_dropped_total 11\n");
    }
  }

  /** As many of everything. */
  private static Vitals server(int figure) {
    List<Long> counts = new ArrayList<>(Collections.nCopies(Vitals.LAG_BOUNDS.size() + 1, 0L));
    counts.set(0, (long) figure);
    return new Server(
        new Distribution(Vitals.LAG_BOUNDS, counts, Duration.ofMillis(figure)),
        figure,
        figure,
        figure,
        figure);
  }

  @Test
  void supervisor_countsRestartsAndReloads_asNoWorker() throws IOException {
    PrometheusCollector one = run.worker(1);
    run.collector.record(new WorkerReplaced(1, "signal 9", Story.NOW));
    run.collector.record(new ReloadCompleted(2, null, MILLI, Story.NOW));
    run.collector.record(new ReloadCompleted(2, "broken", MILLI, Story.NOW));
    run.collector.publish();

    assertThat(one.export())
        .contains(
            "pounce_worker_restarts_total 1\n",
            "pounce_reloads_total{result=\"success\"} 1\n",
            "pounce_reloads_total{result=\"failure\"} 1\n")
        .doesNotContain("worker_id=\"0\"");
  }

  @Test
  void families_ofTheJvmAndItsProcess_areThoseOfAllLivingWorkers() throws IOException {
    run.worker(2).publish();
    String page = run.worker(1).export();

    assertThat(page.lines().filter(line -> line.startsWith("process_cpu_seconds_total")))
        .extracting(line -> line.substring(0, line.indexOf(' ')))
        .containsExactly(
            "process_cpu_seconds_total{worker_id=\"1\",worker_pid=\"" + Run.PID + "\"}",
            "process_cpu_seconds_total{worker_id=\"2\",worker_pid=\"" + Run.PID + "\"}");
    assertThat(page)
        .containsOnlyOnce("# HELP process_cpu_seconds_total ")
        .containsOnlyOnce("# TYPE jvm_gc_collection_seconds summary\n")
        .contains("jvm_memory_used_bytes{area=\"heap\",worker_id=\"2\",worker_pid=");
    assertThat(page.lines().filter(line -> line.matches("(jvm|process)_.*")))
        .allMatch(line -> line.contains("worker_id="));
  }

  @Test
  void families_ofAWorkerThatHasNotPublished_areMissing_andNotSkipped() throws IOException {
    run.worker(1);

    assertThat(run.collector.export())
        .doesNotContain("process_cpu")
        .contains("pounce_slabs_skipped 0\n");
  }

  @Test
  void close_ofTheSupervisor_leavesNothing() throws IOException {
    run.worker(1).publish();
    run.close();

    try (Stream<Path> left = Files.list(base)) {
      assertThat(left).isEmpty();
    }
    run = Run.in(base);
  }

  @Test
  void close_ofAWorker_leavesItsCounts() throws IOException {
    run.supervisor.prepare(1);
    try (Ledger worker = Ledger.join(run.supervisor.directory(), 1)) {
      Story.on(new PrometheusCollector(worker)).opened();
    }

    assertThat(run.collector.connectionsActive()).isEqualTo(1);
  }
}
