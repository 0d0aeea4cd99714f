package dev.pounce.server.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.Await;
import dev.pounce.server.fleet.FleetProcess.Served;
import dev.pounce.testkit.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Worker processes that die, and a supervisor that does. */
@Timeout(180)
class DeathTest {

  @TempDir private Path folder;

  @Test
  void worker_isKilled_costsItsOwnConnectionsAloneAndIsReplaced() throws Exception {
    try (FleetProcess fleet = FleetProcess.start(folder, "workers=2");
        RawClient lost = fleet.connect()) {
      long victim = FleetProcess.pid(lost);
      try (Served other = fleet.connectBeside(victim)) {
        lost.send("POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n1234");
        fleet.awaitLine("upload in " + victim);
        FleetProcess.signal("KILL", victim);
        assertThat(lost.isClosedByServer()).isTrue();

        // from the moment of its death on, nobody who comes has to wait for the next one
        for (int i = 0; i < 20; i++) {
          assertThat(fleet.ask("/").text()).isEqualTo("hello");
        }
        assertThat(fleet.awaitLine("Worker"))
            .matches(
                "Worker [12] \\(PID "
                    + victim
                    + "\\) died: killed by signal 9, 1 request\\(s\\) cut");
        try (Served next = fleet.connectBeside(victim, other.pid())) {
          assertThat(fleet.workers()).containsExactlyInAnyOrder(other.pid(), next.pid());
        }
        assertThat(FleetProcess.pid(other.client())).isEqualTo(other.pid());
        assertThat(fleet.ask("/metrics").text()).contains("worker_restarts_total 1\n");
      }
    }
  }

  @Test
  void worker_diesAgainAndAgain_stopsTheServerWhichSaysWhy() throws Exception {
    try (FleetProcess fleet = FleetProcess.start(folder, "workers=1")) {
      Files.writeString(Shop.version(folder), "dies");
      FleetProcess.signal("KILL", Long.parseLong(fleet.ask("/pid").text()));
      assertThat(fleet.exitCode()).isEqualTo(1);
      assertThat(fleet.lines())
          .filteredOn(line -> line.endsWith(" died: exit code 3, 0 request(s) cut"))
          .hasSize(5);
      assertThat(fleet.lines())
          .containsSubsequence(
              "Worker 1 can't be kept running: more than 5 restarts in 60 s",
              "All workers stopped");
    }
  }

  @Test
  void supervisor_isKilled_workersEndInOrderAndTheNextServerSweeps() throws Exception {
    try (FleetProcess fleet = FleetProcess.start(folder, "workers=2");
        RawClient client = fleet.connect()) {
      Set<Long> workers = fleet.workers();
      Path left = fleet.runDirectory().orElseThrow();
      client.send("POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n1234");
      fleet.awaitLine("upload in ");
      fleet.signal("KILL");
      fleet.awaitLines(2, "The supervisor is gone");
      assertThat(fleet.exitCode()).isEqualTo(137);
      fleet.awaitLine("application stopped in ");
      assertThat(client.send("5").readResponse().text()).isEqualTo("5 bytes");
      fleet.awaitLines(2, "application stopped in ");
      for (long worker : workers) {
        Await.until("worker " + worker + " is gone", () -> ProcessHandle.of(worker).isEmpty());
      }

      assertThat(left).isNotEmptyDirectory();
      Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofMinutes(2))));
      try (FleetProcess next = FleetProcess.start(folder, "workers=1")) {
        assertThat(next.ask("/").text()).isEqualTo("hello");
        assertThat(left).doesNotExist();
      }
    }
  }

  @Test
  void supervisor_isKilledWhileAWorkerStarts_thatOneEndsToo() throws Exception {
    try (FleetProcess fleet = FleetProcess.start(folder, "workers=1")) {
      fleet.reload("2 waits");
      String waiting = fleet.awaitLine("application waits in ");
      fleet.signal("KILL");
      long worker = Long.parseLong(waiting.replaceAll("\\D", ""));
      Await.until("worker 2 is gone", () -> ProcessHandle.of(worker).isEmpty());
      fleet.awaitLine("application stopped in ");
    }
  }

  @Test
  void worker_isKilledWhileAReloadGoesOn_leavesNoneBehindOfTheOldGeneration() throws Exception {
    try (FleetProcess fleet = FleetProcess.start(folder, "workers=2")) {
      Files.writeString(Shop.version(folder), "1 waits");
      fleet.awaitWorkers("two workers", all -> all.size() == 2);
      FleetProcess.signal("KILL", worker(fleet, 1));
      fleet.awaitLine("application waits in ");

      fleet.signal("HUP");
      fleet.awaitLine("Generation 2 serves");
      Files.createFile(Shop.go(folder));
      fleet.awaitWorkers("two workers", all -> all.size() == 2);
      fleet.awaitLine("Worker 2 stopped");
      assertThat(fleet.lines())
          .filteredOn(line -> line.startsWith("Generation 2 serves ("))
          .hasSize(1);
      assertThat(fleet.ask("/version").text()).isEqualTo("1 waits");
      fleet.signal("TERM");
      assertThat(fleet.exitCode()).isZero();
      assertThat(fleet.lines()).contains("Shutting down 2 worker(s)...");
    }
  }

  /** The process of a worker, by its number. */
  private static long worker(FleetProcess fleet, int number) throws Exception {
    return fleet
        .ask("/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith("process_start_time_seconds{worker_id=\"" + number + "\""))
        .map(line -> line.replaceAll(".*worker_pid=\"(\\d+)\".*", "$1"))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow();
  }
}
