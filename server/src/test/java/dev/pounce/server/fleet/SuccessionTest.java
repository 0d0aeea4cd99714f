package dev.pounce.server.fleet;

import static dev.pounce.server.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.Await;
import dev.pounce.server.fleet.FleetProcess.Served;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Worker processes that make room for others: by reload, or after so many requests. */
@Timeout(180)
class SuccessionTest {

  /** What is said at once is said long before. */
  private static final Duration HESITATION = Duration.ofMillis(500);

  @TempDir private Path folder;

  /** Asks again and again, on one connection after the other, until it is interrupted. */
  private static List<String> load(FleetProcess fleet, String path) throws Exception {
    List<String> answers = new ArrayList<>();
    while (!Thread.interrupted()) {
      try (RawClient client = fleet.connect()) {
        boolean goesOn = true;
        while (goesOn && !Thread.currentThread().isInterrupted()) {
          RawResponse answer = client.send(get(path)).readResponse();
          assertThat(answer.status()).isEqualTo(200);
          answers.add(answer.text());
          goesOn = answer.header("Connection").filter("close"::equals).isEmpty();
        }
      }
    }
    return answers;
  }

  @Test
  void hangup_underLoad_losesNoRequestAndNoSecondHangup() throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(2);
        FleetProcess fleet = FleetProcess.start(folder, "workers=2", "reload-timeout=2m");
        RawClient idle = fleet.connect()) {
      Set<Long> first = fleet.workers();
      assertThat(idle.send(get("/version")).readResponse().text()).isEqualTo("1");
      Future<List<String>> one = clients.submit(() -> load(fleet, "/version"));
      Future<List<String>> other = clients.submit(() -> load(fleet, "/version"));
      fleet.reload("2");
      fleet.awaitLine("Received SIGHUP — reloading, generation 1 serves meanwhile");
      fleet.signal("HUP");
      fleet.awaitLine("Generation 2 serves");
      fleet.awaitLine("Asked for again — reloading, generation 2 serves meanwhile");

      RawResponse last = idle.send(get("/version")).readResponse();
      assertThat(last.text()).isEqualTo("1");
      assertThat(last.header("Connection")).contains("close");
      fleet.awaitLine("Generation 3 serves");
      assertThat(fleet.ask("/version").text()).isEqualTo("2");
      fleet.awaitWorkers(
          "only new workers", all -> all.size() == 2 && Collections.disjoint(all, first));
      clients.shutdownNow();
      assertThat(one.get()).startsWith("1").endsWith("2").hasSizeGreaterThan(10);
      assertThat(other.get()).startsWith("1").endsWith("2");
      assertThat(fleet.lines()).contains("Worker 1 stopped", "Worker 2 stopped");
      assertThat(fleet.ask("/metrics").text()).contains("reloads_total{result=\"success\"} 2\n");
    }
  }

  @Test
  void hangup_oldWorkerMayStillAccept_newGenerationIsNotSaidToServe() throws Exception {
    try (FleetProcess fleet = FleetProcess.start(folder, "workers=1")) {
      long old = fleet.workers().iterator().next();
      FleetProcess.signal("STOP", old);
      fleet.reload("2");

      assertThat(fleet.ask("/version").text()).isEqualTo("2");
      assertThat(Await.holdsWithin(HESITATION, () -> said(fleet, "Generation 2 serves"))).isFalse();
      FleetProcess.signal("CONT", old);
      fleet.awaitLine("Generation 2 serves");
      assertThat(said(fleet, "Worker 1 ")).isTrue();
    }
  }

  private static boolean said(FleetProcess fleet, String beginning) throws Exception {
    return fleet.lines().stream().anyMatch(line -> line.startsWith(beginning));
  }

  @Test
  void hangup_versionIsBroken_theOldOneServesOnAndItIsSaid() throws Exception {
    try (FleetProcess fleet = FleetProcess.start(folder, "workers=2")) {
      Set<Long> workers = fleet.workers();
      int failures = 0;
      for (String broken : List.of("no load", "no start", "dies")) {
        fleet.reload(broken);
        fleet.awaitLines(++failures, "Reload failed, generation 1 serves on: worker 3 did not ");
      }
      assertThat(fleet.lines())
          .anyMatch(line -> line.contains("not to be loaded"))
          .anyMatch(line -> line.contains("not to be started"))
          .contains("Reload failed, generation 1 serves on: worker 3 did not start (exit code 3)");
      assertThat(fleet.workers()).isEqualTo(workers);
      assertThat(fleet.ask("/version").text()).isEqualTo("1");
      assertThat(fleet.ask("/metrics").text()).contains("reloads_total{result=\"failure\"} 3\n");
    }
  }

  @Test
  void hangup_connectionsStay_theIdleEndAtHalfTheReloadTimeoutAndTheOthersAreCut()
      throws Exception {
    try (FleetProcess fleet = FleetProcess.start(folder, "workers=2", "reload-timeout=6s");
        RawClient held = fleet.connect();
        Served idle = fleet.connectBeside(FleetProcess.pid(held))) {
      held.send("POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n1234");
      fleet.awaitLine("upload in ");
      fleet.signal("HUP");
      assertThat(idle.client().isClosedByServer()).isTrue();
      assertThat(held.isClosedByServer()).isTrue();
      fleet.awaitWorkers("only new workers", all -> all.size() == 2 && !all.contains(idle.pid()));
      fleet.signal("TERM");
      assertThat(fleet.exitCode()).isZero();
      assertThat(fleet.lines())
          .filteredOn(line -> line.contains("force terminating") || line.contains("cut"))
          .satisfiesExactly(
              line ->
                  assertThat(line)
                      .matches(
                          "Worker [12] did not stop within reload_timeout \\(6\\.0s\\)"
                              + " — force terminating"),
              line -> assertThat(line).matches("Worker [12] cut 1 request\\(s\\)"));
    }
  }

  @Test
  void stop_whileAProcessLeaves_doesNotWaitForItsIdleConnections() throws Exception {
    try (FleetProcess fleet = FleetProcess.start(folder, "workers=1", "reload-timeout=2m");
        RawClient idle = fleet.connect()) {
      FleetProcess.pid(idle);
      fleet.signal("HUP");
      fleet.awaitLine("Worker 1 shutting down");
      fleet.signal("TERM");
      assertThat(idle.isClosedByServer()).isTrue();
      assertThat(fleet.exitCode()).isZero();
    }
  }

  @Test
  void stop_whileAReloadStarts_givesItUp() throws Exception {
    try (FleetProcess fleet = FleetProcess.start(folder, "workers=1")) {
      fleet.reload("2 waits");
      fleet.awaitLine("application waits in ");
      fleet.signal("TERM");
      assertThat(fleet.exitCode()).isZero();
      assertThat(fleet.lines())
          .contains("Shutting down 1 worker(s)...")
          .endsWith("All workers stopped");
    }
  }

  @Test
  void process_hasServedItsRequests_itsSuccessorServesBeforeItLeaves() throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(2);
        FleetProcess fleet =
            FleetProcess.start(
                folder, "workers=1", "max-requests-per-worker=50", "max-requests-jitter=10")) {
      Set<Long> first = fleet.workers();
      Future<List<String>> one = clients.submit(() -> load(fleet, "/pid"));
      Future<List<String>> other = clients.submit(() -> load(fleet, "/pid"));
      fleet.awaitLine("Worker 2 has served its requests — replacing it");
      fleet.awaitLine("Worker 2 stopped");
      clients.shutdownNow();
      assertThat(Stream.concat(one.get().stream(), other.get().stream()))
          .startsWith(String.valueOf(first.iterator().next()))
          .hasSizeGreaterThan(100);
      List<String> events =
          fleet.lines().stream().map(line -> line.replaceAll(" (in|drain|shut).*", " $1")).toList();
      assertThat(events)
          .containsSubsequence(
              "application started in",
              "Worker 1 has served its requests — replacing it",
              "application started in",
              "Worker 1 stopped")
          .containsSubsequence(
              "Worker 1 has served its requests — replacing it",
              "Worker 2 has served its requests — replacing it",
              "application started in",
              "Worker 2 stopped");
      assertThat(events.subList(0, secondStart(events)))
          .doesNotContain("Worker 1 drain", "Worker 1 shut");
    }
  }

  @Test
  void successor_doesNotStart_theOldProcessServesOnUntilTheNextReload() throws Exception {
    try (FleetProcess fleet = FleetProcess.start(folder, "workers=1", "max-requests-per-worker=5");
        RawClient kept = fleet.connect()) {
      long first = FleetProcess.pid(kept);
      Files.writeString(Shop.version(folder), "dies");
      for (int i = 0; i < 4; i++) {
        assertThat(FleetProcess.pid(kept)).isEqualTo(first);
      }
      fleet.awaitLine("Worker 1 serves on until the next reload");
      for (int i = 0; i < 10; i++) {
        RawResponse answer = kept.send(get("/pid")).readResponse();
        assertThat(answer.text()).isEqualTo(String.valueOf(first));
        assertThat(answer.header("Connection")).isEmpty();
        assertThat(fleet.ask("/pid").text()).isEqualTo(String.valueOf(first));
      }
      assertThat(fleet.workers()).containsExactly(first);
      assertThat(fleet.ask("/metrics").text()).contains("worker_restarts_total 0\n");
      assertThat(fleet.lines())
          .containsOnlyOnce("Worker 1 has served its requests — replacing it")
          .filteredOn(line -> line.contains(" died: "))
          .singleElement()
          .asString()
          .matches("Worker 2 \\(PID \\d+\\) died: exit code 3, 0 request\\(s\\) cut");

      fleet.reload("2");
      fleet.awaitLine("Generation 2 serves");
      fleet.awaitLine("Worker 1 shutting down (no active connections)");
      assertThat(fleet.ask("/version").text()).isEqualTo("2");
      assertThat(kept.send(get("/version")).readResponse().text()).isEqualTo("1");
      fleet.awaitLine("Worker 1 stopped");
    }
  }

  private static int secondStart(List<String> events) {
    String start = "application started in";
    int first = events.indexOf(start);
    return first + 1 + events.subList(first + 1, events.size()).indexOf(start);
  }
}
