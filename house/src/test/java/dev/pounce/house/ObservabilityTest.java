package dev.pounce.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.house.Document.Block;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The quick start of docs/observability.md happens as it is shown. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ObservabilityTest {

  private static Document section;
  private static Transcript.Step serve;
  private static List<Transcript.Step> asks;

  @BeforeAll
  static void read() throws IOException {
    section = Document.of("docs/observability.md").section("## Quick start");
    serve = Transcript.of(section.blockWith("$ ./pounce ")).getFirst();
    asks = Transcript.of(section.blockWith("$ curl "));
  }

  private static ServerProcess start(Path cache, String... more) throws IOException {
    assertThat(serve.command()).startsWith("./pounce ");
    List<String> words = new ArrayList<>(List.of(more));
    words.addAll(List.of(serve.command().split(" ")).subList(1, serve.command().split(" ").length));
    return ServerProcess.start(cache, words.toArray(String[]::new));
  }

  @Test
  void quickStart_happensAsShown(@TempDir Path cache) throws IOException, InterruptedException {
    Block logged = section.blockWith("\"pounce.access\"");
    try (ServerProcess server = start(cache)) {
      int port = server.port();
      assertSame(server.lines().getLast(), serve.output());
      for (Transcript.Step ask : asks) {
        assertSame(Transcript.ask(ask.command(), port), ask.output());
        if (ask.equals(asks.getFirst())) {
          assertSame(server.readUntil("{"), logged.text());
        }
      }
      server.terminate();
      assertThat(server.readUntil("{")).contains("SIGTERM");
    }
  }

  @Test
  void debug_addsTheEventsShown(@TempDir Path cache) throws IOException, InterruptedException {
    Block events = section.blockWith("ConnectionOpened");
    try (ServerProcess server = start(cache, "--log-level", "debug")) {
      int port = server.port();
      Transcript.ask(asks.getFirst().command(), port);
      server.readUntil("ConnectionCompleted");
      List<String> lines =
          server.lines().stream().filter(line -> line.startsWith("{\"event\"")).toList();
      assertSame(String.join("\n", lines), events.text());
      server.terminate();
    }
  }

  private static void assertSame(String seen, String shown) {
    assertThat(Transcript.shape(seen)).isEqualTo(Transcript.shape(shown));
  }
}
