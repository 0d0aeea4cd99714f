package dev.pounce.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command with {@code --worker-mode process}. */
@Timeout(60)
class WorkerProcessesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Says long things; at {@code /half} a worker dies in the middle of a line. */
  private static final String LOUD =
      """
      import dev.pounce.app.*;
      import java.io.*;

      Application app = Http.app(request -> switch (request.path()) {
        case "/pid" -> Response.text(String.valueOf(ProcessHandle.current().pid()));
        case "/half" -> {
          new FileOutputStream(FileDescriptor.out).write("{\\"half\\":\\"of a line".getBytes());
          Runtime.getRuntime().halt(9);
          yield null;
        }
        default -> throw deep(300);
      });

      IllegalStateException deep(int frames) {
        return frames == 0 ? new IllegalStateException("x".repeat(20_000)) : deep(frames - 1);
      }
      """;

  @TempDir Path folder;

  private PounceProcess serve(String... flags) throws IOException {
    List<String> args = new ArrayList<>(List.of("--port=0", "--worker-mode=process"));
    args.addAll(List.of(flags));
    args.add("Hello.java");
    return PounceProcess.start(folder, args.toArray(String[]::new));
  }

  private void source(String text) throws IOException {
    Files.writeString(folder.resolve("Hello.java"), text);
  }

  private static String saying(String text) {
    return "import dev.pounce.app.*;\n\nApplication app = Http.app(r -> Response.text(\""
        + text
        + "\"));\n";
  }

  private static RawResponse get(int port, String path) throws IOException {
    try (RawClient client = RawClient.connect(port, PATIENCE)) {
      return client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n").readResponse();
    }
  }

  @Test
  void source_isServedAndReloaded_unlessItDoesNotCompile() throws Exception {
    source(saying("one"));
    try (PounceProcess pounce = serve("--workers=2")) {
      int port = pounce.port();
      assertThat(get(port, "/").text()).isEqualTo("one");
      assertThat(pounce.out().lines().limit(3))
          .containsExactly(
              "Pounce " + Version.POUNCE + " · http://127.0.0.1:" + port,
              "Hello.java · 2 worker processes · JDK " + Version.jdk() + " · PID " + pounce.pid(),
              "Press Ctrl+C to stop.");

      source("nonsense\n");
      pounce.signal("HUP").await("Reload failed, generation 1 serves on: worker 3 did not start");
      assertThat(get(port, "/").text()).isEqualTo("one");
      assertThat(pounce.err()).containsOnlyOnce("Hello.java:1: error: ");
      source(saying("two"));
      pounce.signal("HUP").await("Generation 2 serves");
      pounce.await("Worker 1 stopped");
      pounce.await("Worker 2 stopped");
      assertThat(get(port, "/").text()).isEqualTo("two");
      assertThat(pounce.terminate().exitCode()).isZero();
      assertThat(pounce.out()).endsWith("All workers stopped\n");
    }
  }

  @Test
  void source_doesNotCompile_isSaidOnceWithExitCode2() throws Exception {
    source("nonsense\n");
    try (PounceProcess pounce = serve("--workers=3")) {
      assertThat(pounce.exitCode()).isEqualTo(2);
      assertThat(pounce.err()).containsOnlyOnce("Hello.java:1: error: ").endsWith("1 error\n");
      assertThat(pounce.out()).endsWith("Not started: worker 1 did not start (exit code 2)\n");
    }
  }

  @Test
  void jsonLog_workersSpeakAtOnceAndOneDiesInALine_everyLineIsAnObject() throws Exception {
    source(LOUD);
    try (PounceProcess pounce = serve("--workers=2", "--log-format=json");
        ExecutorService clients = Executors.newFixedThreadPool(4)) {
      int port = pounce.port();
      Set<String> workers = new HashSet<>();
      while (workers.size() < 2) {
        workers.add(get(port, "/pid").text());
      }
      List<Future<Integer>> failures = new ArrayList<>();
      for (int i = 0; i < 80; i++) {
        failures.add(clients.submit(() -> get(port, "/fail").status()));
      }
      for (Future<Integer> status : failures) {
        assertThat(status.get()).isEqualTo(500);
      }
      // both logs have nothing more to write: it would go behind the half of a line, else
      pounce.await("\"path\":\"/fail\"", 80);
      pounce.await("\"exception\":", 80);
      try (RawClient fatal = RawClient.connect(port, PATIENCE)) {
        fatal.send("GET /half HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(fatal.isClosedByServer()).isTrue();
      }
      pounce.await(" died: exit code 9, 1 request(s) cut");
      assertThat(pounce.terminate().exitCode()).isZero();

      assertThat(pounce.err()).isEmpty();
      List<JsonNode> objects = pounce.out().lines().map(new JsonMapper()::readTree).toList();
      assertThat(objects).allMatch(JsonNode::isObject);
      assertThat(objects)
          .filteredOn(object -> object.path("exception").asString("").length() > 20_000)
          .hasSize(80);
      assertThat(objects)
          .extracting(object -> object.path("message").asString(""))
          .contains("A line without end: {\"half\":\"of a line", "All workers stopped");
    }
  }
}
