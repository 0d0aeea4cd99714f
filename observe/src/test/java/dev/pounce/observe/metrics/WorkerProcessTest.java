package dev.pounce.observe.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.metrics.WorkerProcess.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Workers that are processes, and what becomes of their counts when they are killed. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkerProcessTest {

  @TempDir private Path base;
  private Ledger ledger;
  private PrometheusCollector supervisor;

  @BeforeEach
  void create() throws IOException {
    ledger = Ledger.create(base);
    supervisor = new PrometheusCollector(ledger);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  /** One is killed in the middle, and another takes its number, while a reader looks. */
  @Test
  void sums_whileProcessesCountAndOneIsKilled_neverGoDownAndAreExact() throws Exception {
    AtomicBoolean counting = new AtomicBoolean(true);
    long exact = 0;
    long leastOfTheKilled;
    try (ExecutorService threads = Executors.newSingleThreadExecutor();
        Stop _ = () -> counting.set(false);
        WorkerProcess one = WorkerProcess.start(ledger, 1);
        WorkerProcess killed = WorkerProcess.start(ledger, 2);
        WorkerProcess three = WorkerProcess.start(ledger, 3)) {
      Future<List<String>> reader = threads.submit(() -> watch(counting));
      List.of(one, killed, three).forEach(WorkerProcess::run);
      one.soFar();
      three.soFar();
      leastOfTheKilled = Math.max(killed.soFar(), killed.kill());
      ledger.retire(2);
      try (WorkerProcess next = WorkerProcess.start(ledger, 2)) {
        next.run();
        next.soFar();
        for (WorkerProcess each : List.of(one, next, three)) {
          exact += each.pause();
        }
      }
      counting.set(false);
      assertThat(reader.get()).isEmpty();
    }

    Snapshot end = supervisor.snapshot();
    long ofTheKilled = end.durationCount() - exact;
    assertThat(ofTheKilled).isBetween(leastOfTheKilled, leastOfTheKilled + 2L * Program.BATCH);
    assertThat(end.connectionsActive()).isZero();
    assertThat(end.requestsInFlight()).isZero();
  }

  private interface Stop extends AutoCloseable {
    @Override
    void close();
  }

  /** What was wrong with what could be seen from here. */
  private List<String> watch(AtomicBoolean counting) {
    List<String> wrong = new ArrayList<>();
    Snapshot before = supervisor.snapshot();
    while (counting.get()) {
      Snapshot now = supervisor.snapshot();
      if (now.connectionsActive() < 0
          || now.requestsInFlight() < 0
          || supervisor.connectionsActive() < 0
          || now.durationCount() < before.durationCount()
          || now.bytesSentTotal() < before.bytesSentTotal()
          || now.durationSum().compareTo(before.durationSum()) < 0) {
        wrong.add(before + " -> " + now);
      }
      before = now;
    }
    return wrong;
  }

  @Test
  void killed_retired_itsRequestsAreCutAndItsCountsStay() throws Exception {
    long answered;
    try (WorkerProcess worker = WorkerProcess.start(ledger, 1)) {
      worker.run();
      worker.soFar();
      answered = worker.pause();
      worker.hold();
      worker.hold();
      worker.export();
      worker.kill();

      assertThat(supervisor.export())
          .as("before anybody has noticed")
          .contains("http_requests_in_flight 2\n", "pounce_slabs_skipped 0\n")
          .contains("worker_pid=\"" + worker.pid() + "\"");
    }

    assertThat(ledger.retire(1)).isEqualTo(2);

    assertThat(supervisor.export())
        .contains("http_requests_total{method=\"GET\",status=\"200\"} " + answered + "\n")
        .contains("http_bytes_sent_total " + 10 * answered + "\n")
        .contains("http_connections_active 0\n", "http_requests_in_flight 0\n")
        .doesNotContain("worker_pid");
  }

  @Test
  void page_ofAnyProcess_isTheSame_andPromtoolHasNothingToSay() throws Exception {
    try (WorkerProcess one = WorkerProcess.start(ledger, 1);
        WorkerProcess two = WorkerProcess.start(ledger, 2)) {
      one.hold();
      two.hold();
      one.run();
      one.soFar();
      one.pause();
      one.export();
      String page = two.export();

      assertThat(series(page))
          .isEqualTo(series(one.export()))
          .isEqualTo(series(supervisor.export()));
      assertThat(page)
          .contains("http_connections_active 2\n")
          .contains(
              "pounce_worker_connections{worker_id=\"1\",worker_pid=\"" + one.pid() + "\"} 1\n",
              "pounce_worker_connections{worker_id=\"2\",worker_pid=\"" + two.pid() + "\"} 1\n");
      assertThat(Promtool.check(Files.writeString(base.resolve("page"), page))).isEmpty();
    }
  }

  /** The names and labels of all samples. */
  private static List<String> series(String page) {
    return page.lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.substring(0, line.lastIndexOf(' ')))
        .toList();
  }
}
