package dev.pounce.server.fleet;

import static dev.pounce.server.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.Await;
import dev.pounce.server.fleet.FleetProcess.Served;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server of worker processes that is told to stop. */
@Timeout(180)
class FarewellTest {

  /** All but its last octet. */
  private static final String UPLOAD =
      "POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n1234";

  @TempDir private Path folder;

  private static RawClient upload(FleetProcess fleet, RawClient client) throws Exception {
    client.send(UPLOAD);
    fleet.awaitLine("upload in ");
    return client;
  }

  @Test
  void signalToTheWholeGroup_nothingUnderWay_isOneShutdown() throws Exception {
    try (FleetProcess fleet = FleetProcess.by(List.of("setsid"), folder, "workers=2")) {
      fleet.awaitLine("at ");
      FleetProcess.signal("INT", -fleet.pid());
      assertThat(fleet.exitCode()).isZero();
      assertThat(fleet.lines())
          .containsSubsequence(
              "Received SIGINT — initiating shutdown",
              "Shutting down 2 worker(s)...",
              "Worker 1 shutting down (no active connections)",
              "Worker 1 stopped",
              "All workers stopped")
          .containsSubsequence(
              "Shutting down 2 worker(s)...",
              "Worker 2 shutting down (no active connections)",
              "Worker 2 stopped",
              "All workers stopped")
          .endsWith("All workers stopped")
          .hasSize(12);
      assertThat(fleet.runDirectory()).isEmpty();
    }
  }

  @Test
  void requestsUnderWay_endBeforeTheirWorkersDo() throws Exception {
    try (FleetProcess fleet = FleetProcess.start(folder, "workers=2");
        RawClient uploading = fleet.connect()) {
      long first = FleetProcess.pid(uploading);
      try (Served streaming = fleet.connectBeside(first);
          RawClient idle = fleet.connect()) {
        FleetProcess.pid(idle);
        upload(fleet, uploading);
        streaming.client().send(get("/stream")).readHead();
        streaming.client().readChunk();

        fleet.signal("TERM");
        fleet.awaitLine("Worker 1 draining 1 active connection(s)...");
        fleet.awaitLine("Worker 2 draining 1 active connection(s)...");
        assertThat(idle.isClosedByServer()).isTrue();
        RawResponse health = fleet.ask("/health");
        assertThat(health.status()).isEqualTo(503);
        assertThat(health.text()).contains("\"draining\"");
        assertThat(fleet.ask("/").status()).isEqualTo(503);

        RawResponse uploaded = uploading.send("5").readResponse();
        assertThat(uploaded.text()).isEqualTo("5 bytes");
        assertThat(uploaded.header("Connection")).contains("close");
        Files.createFile(Shop.go(folder));
        byte[] chunk = streaming.client().readChunk();
        byte[] last = chunk;
        while (chunk.length > 0) {
          last = chunk;
          chunk = streaming.client().readChunk();
        }
        assertThat(last).endsWith((byte) '!');
        assertThat(fleet.exitCode()).isZero();
        assertThat(fleet.lines())
            .contains("Worker 1 stopped", "Worker 2 stopped")
            .endsWith("All workers stopped");
      }
    }
  }

  @Test
  void requestDoesNotEndInTime_itsWorkerIsKilled() throws Exception {
    try (FleetProcess fleet =
            FleetProcess.start(folder, "workers=2", "lame-duck=300ms", "shutdown-timeout=4s");
        RawClient held = upload(fleet, fleet.connect())) {
      fleet.signal("TERM");
      assertThat(held.isClosedByServer()).isTrue();
      assertThat(fleet.exitCode()).isEqualTo(1);
      String worker = fleet.awaitLine("Worker ").replaceAll("(Worker \\d).*", "$1");
      assertThat(fleet.lines())
          .containsSubsequence(
              "Received SIGTERM — initiating shutdown",
              "Serving for 0.3s more, health check at 503",
              "Shutting down 2 worker(s)...")
          .filteredOn(line -> line.contains("force terminating") || line.contains("cut"))
          .satisfiesExactly(
              line ->
                  assertThat(line)
                      .matches(
                          "Worker [12] did not stop within shutdown_timeout \\(4\\.0s\\)"
                              + " — force terminating"),
              line -> assertThat(line).matches("Worker [12] cut 1 request\\(s\\)"));
      assertThat(fleet.lines())
          .contains(worker + " stopped")
          .endsWith("All workers stopped")
          .filteredOn(line -> line.startsWith("application stopped in "))
          .hasSize(1);
    }
  }

  @Test
  void applicationDoesNotEnd_theExitCodeSaysSo() throws Exception {
    try (FleetProcess fleet = FleetProcess.start(folder, "workers=1", "shutdown-timeout=500ms")) {
      Files.createFile(Shop.stay(folder));
      fleet.signal("TERM");
      assertThat(fleet.exitCode()).isEqualTo(1);
      assertThat(fleet.lines())
          .endsWith("All workers stopped")
          .noneMatch(line -> line.startsWith("application stopped in "));
    }
  }

  @Test
  void lameDuck_servesWithItsHealthAt503_untilASecondSignalEndsAll() throws Exception {
    try (FleetProcess fleet =
            FleetProcess.start(folder, "workers=2", "lame-duck=10m", "shutdown-timeout=10m");
        RawClient held = upload(fleet, fleet.connect())) {
      fleet.signal("TERM");
      fleet.awaitLine("Serving for 600.0s more, health check at 503");
      Await.until("the health check says so", () -> fleet.ask("/health").status() == 503);
      RawResponse served = fleet.ask("/");
      assertThat(served.status()).isEqualTo(200);

      fleet.signal("INT");
      assertThat(held.isClosedByServer()).isTrue();
      assertThat(fleet.exitCode()).isEqualTo(1);
      assertThat(fleet.lines())
          .contains(
              "Worker 1 was told to stop at once — force terminating",
              "Worker 2 was told to stop at once — force terminating")
          .containsOnlyOnce("Received SIGTERM — initiating shutdown")
          .anyMatch(line -> line.matches("Worker [12] cut 1 request\\(s\\)"))
          .noneMatch(line -> line.contains("did not stop within"))
          .endsWith("All workers stopped");
    }
  }
}
