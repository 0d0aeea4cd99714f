package dev.pounce.observe.flight;

import static dev.pounce.observe.flight.Story.closed;
import static dev.pounce.observe.flight.Story.completed;
import static dev.pounce.observe.flight.Story.opened;
import static dev.pounce.observe.flight.Story.rejected;
import static dev.pounce.observe.flight.Story.started;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.RequestStarted;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jdk.jfr.EventType;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The JDK's own commands start and read recordings of a process that runs. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlightCommandsTest {

  @TempDir private Path directory;

  @Test
  void jcmd_startsARecordingOfOurEvents() throws IOException, InterruptedException {
    Path file = directory.resolve("server.jfr");
    try (Served served = new Served()) {
      run("jcmd", served.pid(), "JFR.start", "name=ours");
      served.serve();
      run("jcmd", served.pid(), "JFR.dump", "name=ours", "filename=" + file);
    }
    assertThat(run("jfr", "summary", file.toString()).lines().map(String::strip))
        .anyMatch(line -> line.matches("dev\\.pounce\\.Connection +1 .*"))
        .anyMatch(line -> line.matches("dev\\.pounce\\.Request +1 .*"))
        .anyMatch(line -> line.matches("dev\\.pounce\\.Rejection +1 .*"));
    assertThat(run("jfr", "print", "--events", "dev.pounce.Request", file.toString()))
        .contains("path = \"/api/orders\"", "bytesSent = 1.0 kB", "totalTime = 3.50 s");
  }

  @Test
  void jcmd_setsTheThreshold() throws IOException, InterruptedException {
    Path file = directory.resolve("slow.jfr");
    try (Served served = new Served()) {
      run("jcmd", served.pid(), "JFR.start", "name=slow", "+dev.pounce.Request#threshold=20s");
      served.serve();
      run("jcmd", served.pid(), "JFR.dump", "name=slow", "filename=" + file);
    }
    assertThat(Tape.of(file))
        .extracting(RecordedEvent::getEventType)
        .extracting(EventType::getName)
        .containsExactlyInAnyOrder("dev.pounce.Rejection", "dev.pounce.Connection");
  }

  @Test
  void recording_listsOurTypesBeforeTheirFirstEvent() throws IOException, InterruptedException {
    Path file = directory.resolve("idle.jfr");
    try (Served served = new Served()) {
      run("jcmd", served.pid(), "JFR.start", "name=idle");
      run("jcmd", served.pid(), "JFR.dump", "name=idle", "filename=" + file);
    }
    assertThat(run("jfr", "metadata", "--categories", "Pounce", file.toString()))
        .contains(
            "@Name(\"dev.pounce.Connection\")",
            "@Name(\"dev.pounce.Request\")",
            "@Name(\"dev.pounce.Rejection\")",
            "@Name(\"dev.pounce.Drain\")",
            "@Name(\"dev.pounce.WorkerReplacement\")",
            "@Name(\"dev.pounce.Reload\")");
  }

  @Test
  void server_thatIsNotRecorded_loadsNoTypes() throws IOException, InterruptedException {
    String loaded =
        run(
            "java",
            "-Xlog:class+load",
            "-cp",
            System.getProperty("java.class.path"),
            Served.class.getName());
    assertThat(loaded)
        .contains(FlightCollector.class.getName())
        .doesNotContain(RequestFlight.class.getName());
  }

  /** A process with a collector, which serves one connection, and again whenever it is told to. */
  private static final class Served implements AutoCloseable {

    private final Process process;
    private final BufferedReader says;

    Served() throws IOException {
      process =
          jdk("java", "-cp", System.getProperty("java.class.path"), Served.class.getName()).start();
      says = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
      assertThat(says.readLine()).isEqualTo("ready");
    }

    public static void main(String[] args) throws IOException {
      FlightCollector collector = new FlightCollector();
      IO.println("ready");
      while (System.in.read() > 0) {
        ConnectionOpened connection = opened(7);
        RequestStarted request = started(7, 1);
        Stream.of(connection, request, completed(request), rejected(connection), closed(connection))
            .forEach(collector::record);
        IO.println("served");
      }
    }

    String pid() {
      return String.valueOf(process.pid());
    }

    void serve() throws IOException {
      PrintStream order = new PrintStream(process.getOutputStream(), true, UTF_8);
      order.print('!');
      order.flush();
      assertThat(says.readLine()).isEqualTo("served");
    }

    @Override
    public void close() throws IOException, InterruptedException {
      process.getOutputStream().close();
      assertThat(process.waitFor()).isZero();
    }
  }

  /** Runs a program of the JDK to its end, which must be a good one. */
  private static String run(String program, String... arguments)
      throws IOException, InterruptedException {
    Process process = jdk(program, arguments).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private static ProcessBuilder jdk(String program, String... arguments) {
    String path = Path.of(System.getProperty("java.home"), "bin", program).toString();
    return new ProcessBuilder(Stream.concat(Stream.of(path), Stream.of(arguments)).toList())
        .redirectErrorStream(true);
  }
}
