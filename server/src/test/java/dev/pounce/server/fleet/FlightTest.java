package dev.pounce.server.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of worker processes is told to the collectors of their supervisor. */
@Timeout(180)
class FlightTest {

  @TempDir private Path folder;

  @Test
  void replacementAndReloads_areInTheLogAndInARecordingOfTheSupervisor() throws Exception {
    Path file = folder.resolve("fleet.jfr");
    try (FleetProcess fleet = FleetProcess.start(folder, "workers=1", "lifecycle-logging=true")) {
      jcmd(fleet, "JFR.start", "name=fleet");
      long victim = Long.parseLong(fleet.ask("/pid").text());
      FleetProcess.signal("KILL", victim);
      fleet.awaitWorkers("another", all -> all.size() == 1 && !all.contains(victim));
      assertThat(fleet.ask("/").text()).isEqualTo("hello");
      reload(fleet, "dies", "Reload failed");
      reload(fleet, "2", "Generation 2 serves");
      fleet.awaitLines(2, "Reload completed: ");
      jcmd(fleet, "JFR.dump", "name=fleet", "filename=" + file);

      assertThat(fleet.awaitLine("Worker replaced: "))
          .contains("'event': 'WorkerReplaced'", "'worker_id': 1", "killed by signal 9");
    }
    assertThat(events(file, "WorkerReplacement"))
        .extracting(event -> event.getInt("workerId"), event -> event.getString("cause"))
        .containsExactly(tuple(1, "killed by signal 9"));
    assertThat(events(file, "Reload"))
        .extracting(event -> event.getInt("generation"), event -> event.getString("failure"))
        .containsExactly(tuple(1, "worker 2 did not start (exit code 3)"), tuple(2, null));
  }

  private void reload(FleetProcess fleet, String version, String outcome) throws Exception {
    fleet.reload(version);
    fleet.awaitLine(outcome);
  }

  private static void jcmd(FleetProcess fleet, String... arguments) throws Exception {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    List<String> command =
        Stream.concat(Stream.of(jcmd, String.valueOf(fleet.pid())), Stream.of(arguments)).toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  private static List<RecordedEvent> events(Path file, String type) throws IOException {
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals("dev.pounce." + type))
        .toList();
  }
}
