package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that serves, and gets signals. */
@Timeout(60)
class SignalTest {

  private static final Duration QUICKLY = Duration.ofSeconds(10);

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void signal_nothingUnderWay_stopsCleanly(String signal) throws Exception {
    try (Child server = Child.start("64m", "workers=2")) {
      server.signal(signal);
      assertThat(server.exitCode(QUICKLY)).isZero();
      assertThat(server.lines())
          .startsWith("application started", "port " + server.port())
          .containsSubsequence(
              "Received SIG" + signal + " — initiating shutdown",
              "Shutting down 2 worker(s)...",
              "Worker 1 shutting down (no active connections)",
              "Worker 2 shutting down (no active connections)",
              "Worker 1 stopped",
              "All workers stopped",
              "application stops",
              "application stopped")
          .containsOnlyOnce("Worker 2 stopped")
          .hasSize(11);
    }
  }

  @Test
  void sighup_theTerminalIsClosed_stopsTheProcess() throws Exception {
    List<ProcessHandle> processes;
    try (Child server = Child.onTerminal("64m")) {
      server.awaitLine("port ");
      processes = server.descendants();
    }
    assertThat(processes).isNotEmpty();
    for (ProcessHandle process : processes) {
      process.onExit().get(QUICKLY.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @Test
  void sigterm_requestsUnderWay_endBeforeTheWorkerAndTheApplicationStop() throws Exception {
    try (Child server = Child.start("64m", "workers=2");
        RawClient first = server.connect();
        RawClient second = server.connect();
        RawClient third = server.connect()) {
      // connections go to the workers in turn: the first and the third to worker 1
      for (RawClient client : List.of(first, second, third)) {
        assertThat(client.send(get("/hello")).readResponse().text()).isEqualTo("hello");
      }
      first.send(get("/hold"));
      third.send(get("/hold"));
      Await.until("both requests are held", () -> count(server, "request held") == 2);

      server.signal("TERM");
      server.awaitLine("Worker 2 stopped");
      assertThat(second.isClosedByServer()).isTrue();
      server.release();
      for (RawClient client : List.of(first, third)) {
        RawResponse response = client.readResponse();
        assertThat(response.text()).isEqualTo("hello");
        assertThat(response.header("Connection")).contains("close");
        client.close();
      }
      assertThat(server.exitCode(QUICKLY)).isZero();
      assertThat(server.lines().subList(2, server.lines().size()))
          .containsExactly(
              "request held",
              "request held",
              "Received SIGTERM — initiating shutdown",
              "Shutting down 2 worker(s)...",
              "Worker 1 draining 2 active connection(s)...",
              "Worker 2 shutting down (no active connections)",
              "Worker 2 stopped",
              "request ended",
              "request ended",
              "Worker 1 stopped",
              "All workers stopped",
              "application stops",
              "application stopped");
    }
  }

  @Test
  void sigterm_duringTheDrain_newConnectionsAreRefusedAndHealthSaysDraining() throws Exception {
    try (Child server = Child.start("64m", "health-check-path=/health");
        RawClient held = server.connect().send(get("/hold"))) {
      server.awaitLine("request held");
      server.signal("TERM");
      server.awaitLine("Worker 1 draining 1 active connection(s)...");
      try (RawClient refused = server.connect().send(get("/hello"));
          RawClient probe = server.connect().send(get("/health"))) {
        assertThat(refused.readResponse().status()).isEqualTo(503);
        RawResponse health = probe.readResponse();
        assertThat(health.status()).isEqualTo(503);
        assertThat(health.text()).contains("\"status\":\"draining\"");
      }
      server.release();
      assertThat(held.readResponse().status()).isEqualTo(200);
      held.close();
      assertThat(server.exitCode(QUICKLY)).isZero();
    }
  }

  @Test
  void sigterm_requestDoesNotEndInTime_isCutAndTheExitCodeSaysSo() throws Exception {
    try (Child server = Child.start("64m", "shutdown-timeout=500ms");
        RawClient held = server.connect().send(get("/hold"))) {
      server.awaitLine("request held");
      server.signal("TERM");
      assertThat(held.isClosedByServer()).isTrue();
      assertThat(server.exitCode(QUICKLY)).isEqualTo(1);
      assertThat(server.lines())
          .containsSubsequence(
              "Received SIGTERM — initiating shutdown",
              "Shutting down 1 worker(s)...",
              "Worker 1 draining 1 active connection(s)...",
              "Worker 1 did not stop within shutdown_timeout (0.5s) — force terminating",
              "Worker 1 stopped",
              "All workers stopped",
              "application stopped")
          .doesNotContain("request ended");
    }
  }

  @ParameterizedTest
  @CsvSource({"TERM, TERM", "INT, INT", "TERM, INT"})
  void secondSignal_requestUnderWay_isCutAtOnce(String first, String second) throws Exception {
    try (Child server = Child.start("64m", "shutdown-timeout=10m");
        RawClient held = server.connect().send(get("/hold"))) {
      server.awaitLine("request held");
      server.signal(first);
      server.awaitLine("Worker 1 draining 1 active connection(s)...");
      server.signal(second);
      assertThat(held.isClosedByServer()).isTrue();
      assertThat(server.exitCode(QUICKLY)).isEqualTo(1);
      assertThat(server.lines())
          .containsSubsequence("Worker 1 stopped", "All workers stopped", "application stopped")
          .noneMatch(line -> line.contains("did not stop within"));
    }
  }

  @Test
  void secondSignal_applicationHangsInItsShutdown_endsTheProcess() throws Exception {
    try (Child server = Child.start("64m", "shutdown-timeout=10m", "shutdown=hang")) {
      server.signal("TERM");
      server.awaitLine("application stops");
      server.signal("TERM");
      assertThat(server.exitCode(QUICKLY)).isEqualTo(1);
    }
  }

  @Test
  void sigterm_handlersBurnOnEveryCarrierAndIgnoreTheirInterrupt_endsTheProcessAllTheSame()
      throws Exception {
    int burners = Runtime.getRuntime().availableProcessors() + 1;
    List<RawClient> clients = new ArrayList<>();
    try (Child server = Child.start("64m", "shutdown-timeout=500ms")) {
      for (int i = 0; i < burners; i++) {
        clients.add(server.connect().send(get("/burn")));
      }
      Await.until("every carrier burns", () -> count(server, "request burns") == burners - 1);
      server.signal("TERM");
      assertThat(server.exitCode(QUICKLY)).isEqualTo(1);
      assertThat(server.lines())
          .containsSubsequence(
              "Received SIGTERM — initiating shutdown",
              "Worker 1 did not stop within shutdown_timeout (0.5s) — force terminating");
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void sigterm_onAUnixSocket_removesItsFile(@TempDir Path directory) throws Exception {
    Path socket = directory.resolve("pounce.sock");
    try (Child server = Child.start("64m", "uds=" + socket)) {
      assertThat(socket).exists();
      server.signal("TERM");
      assertThat(server.exitCode(QUICKLY)).isZero();
      assertThat(socket).doesNotExist();
    }
  }

  private static long count(Child server, String line) {
    return server.lines().stream().filter(line::equals).count();
  }
}
