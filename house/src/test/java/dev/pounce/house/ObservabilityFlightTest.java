package dev.pounce.house;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.testkit.RawClient;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import jdk.jfr.EventType;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program that docs/observability.md shows runs as it stands, and the commands for the Flight
 * Recorder do with it what they are shown to do.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ObservabilityFlightTest {

  private static final String DOCUMENT = "docs/observability.md";

  /** What the recorder itself gives to each event. */
  private static final Set<String> OF_ALL =
      Set.of("startTime", "duration", "eventThread", "stackTrace");

  private static final int PATIENCE = 20;

  @TempDir private static Path directory;
  private static List<Transcript.Step> steps;
  private static ServerProcess server;

  @BeforeAll
  static void record() throws IOException, InterruptedException {
    steps = Transcript.of(section().blockWith("$ jcmd "));
    Path program = directory.resolve("Shop.java");
    Files.writeString(program, Document.of(DOCUMENT).blockWith("new FlightCollector()").text());
    server = ServerProcess.start(program);
    int port = server.port();
    assertThat(run(step("name=pounce"))).contains("Started recording");
    try (RawClient client = RawClient.connect(port);
        RawClient refused = RawClient.connect(port)) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse();
      refused.send("BAD\r\n\r\n").readResponse();
    }
    // connections may take a moment to end
    String summary = "";
    for (int i = 0; i < PATIENCE && !summary.matches("(?s).*Connection +2 .*"); i++) {
      run(step("JFR.dump"));
      summary = run(step("jfr summary"));
    }
  }

  @AfterAll
  static void stop() throws IOException, InterruptedException {
    server.close();
  }

  private static Document section() throws IOException {
    return Document.of(DOCUMENT).section("## Flight Recorder");
  }

  private static Transcript.Step step(String text) {
    return steps.stream().filter(it -> it.command().contains(text)).findFirst().orElseThrow();
  }

  private static String run(Transcript.Step step) throws IOException, InterruptedException {
    String jdk = Path.of(System.getProperty("java.home"), "bin").toString();
    return Transcript.run(
        step.command().replace("PID", String.valueOf(server.pid())),
        directory,
        Map.of("PATH", jdk + File.pathSeparator + System.getenv("PATH")));
  }

  @Test
  void summary_countsWhatHappened() throws IOException, InterruptedException {
    Transcript.Step summary = step("jfr summary");
    assertThat(counts(run(summary))).isEqualTo(counts(summary.output()));
  }

  /** How many events there are of each type; sizes differ, and so may the order. */
  private static Map<String, String> counts(String summary) {
    return summary
        .lines()
        .map(line -> line.strip().split(" +"))
        .collect(toMap(words -> words[0], words -> words[1]));
  }

  @Test
  void rejection_isPrintedAsShown() throws IOException, InterruptedException {
    Transcript.Step print = step("jfr print");
    assertThat(run(print)).isEqualTo(print.output() + "\n");
  }

  @Test
  void threshold_isTaken() throws IOException, InterruptedException {
    assertThat(run(step("name=slow"))).contains("Started recording");
  }

  @Test
  void types_haveTheFieldsOfTheTable() throws IOException {
    Map<String, Set<String>> told =
        section().table("type", "from", "to", "fields").stream()
            .collect(
                toMap(
                    row -> Document.code(row.getFirst()),
                    row -> Set.copyOf(Document.codes(row.get(3)))));
    assertThat(told).isEqualTo(recorded());
  }

  private static Map<String, Set<String>> recorded() throws IOException {
    try (RecordingFile recording = new RecordingFile(directory.resolve("server.jfr"))) {
      return recording.readEventTypes().stream()
          .filter(type -> type.getName().startsWith("dev.pounce."))
          .collect(toMap(EventType::getName, ObservabilityFlightTest::fields));
    }
  }

  private static Set<String> fields(EventType type) {
    return type.getFields().stream()
        .map(ValueDescriptor::getName)
        .filter(name -> !OF_ALL.contains(name))
        .collect(toSet());
  }

  @Test
  void program_saysAtItsEndWhatItHasCounted() throws IOException, InterruptedException {
    Path program = directory.resolve("Shop.java");
    try (ServerProcess other = ServerProcess.start(program);
        RawClient client = RawClient.connect(other.port())) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse();
      client.close();
      other.terminate();
      assertThat(other.exitCode()).isZero();
      assertThat(other.lines().getLast()).isEqualTo("1 answered, 0 held back");
    }
  }
}
