package dev.pounce.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.house.Document.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The first screen of the README happens as it is shown. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReadmeTest {

  private static final String EXAMPLE = "examples/hello/Hello.java";

  @Test
  void application_isTheExample() throws IOException {
    Block application = Document.of("README.md").blocks("java").getFirst();
    assertThat(application.lines()).hasSizeLessThanOrEqualTo(7);
    assertThat(application.text()).isEqualTo(Files.readString(Document.ROOT.resolve(EXAMPLE)));
  }

  @Test
  void bothCommands_areThere() throws IOException {
    List<String> commands =
        Document.of("README.md").blocks("console").stream()
            .flatMap(block -> Transcript.of(block).stream())
            .map(step -> step.command().replaceFirst(" .*", ""))
            .filter(command -> command.startsWith("./"))
            .toList();
    assertThat(commands).containsExactly("./pounce", "./verify");
    for (String command : commands) {
      assertThat(Document.ROOT.resolve(command)).isExecutable();
    }
  }

  @Test
  void firstScreen_happensAsShown(@TempDir Path cache) throws IOException, InterruptedException {
    Document readme = Document.of("README.md");
    Transcript.Step serve = Transcript.of(readme.blockWith("$ ./pounce ")).getFirst();
    Transcript.Step ask = Transcript.of(readme.blockWith("$ curl ")).getFirst();
    String logged = readme.blockWith("\"GET / HTTP/1.1\"").text();
    assertThat(serve.command()).isEqualTo("./pounce " + EXAMPLE);
    try (ServerProcess server = ServerProcess.start(cache, EXAMPLE)) {
      int port = server.port();
      server.readUntil("Ctrl+C");
      assertThat(Transcript.shape(String.join("\n", server.lines())))
          .isEqualTo(Transcript.shape(serve.output()));
      assertThat(Transcript.shape(Transcript.ask(ask.command(), port)))
          .isEqualTo(Transcript.shape(ask.output()));
      assertThat(Transcript.shape(server.readUntil("GET"))).isEqualTo(Transcript.shape(logged));
      server.terminate();
      assertThat(server.exitCode()).isZero();
    }
  }

  @Test
  void request_isTheSameInAnswerAndLog() throws IOException {
    Document readme = Document.of("README.md");
    String id = readme.blockWith("X-Request-ID: ").text().replaceAll("(?s).*ID: (\\w{12}).*", "$1");
    assertThat(readme.blockWith("\"GET / HTTP/1.1\"").text()).contains("[" + id + "]");
  }
}
