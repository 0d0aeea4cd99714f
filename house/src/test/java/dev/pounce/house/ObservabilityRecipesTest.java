package dev.pounce.house;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.house.Document.Block;
import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The questions to the log in docs/observability.md, asked with jq of what a real server has
 * logged. What happens to it is what the document's answers tell: 43 connections are open at once,
 * dealt to 4 workers in turn.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ObservabilityRecipesTest {

  private static final String SHOP =
      """
      import dev.pounce.app.*;

      Application app = Http.app(request -> {
        if (request.path().equals("/slow")) {
          Thread.sleep(2_100);
        }
        return Response.text("done\\n");
      });
      """;

  @TempDir private static Path directory;

  @BeforeAll
  static void serve() throws IOException, InterruptedException {
    Path shop = Files.writeString(directory.resolve("Shop.java"), SHOP);
    try (ServerProcess server =
        ServerProcess.start(
            directory,
            "--workers=4",
            "--log-format=json",
            "--lifecycle-logging",
            "--log-level=debug",
            "--log-slow-requests-threshold=2s",
            shop.toString())) {
      visit(server);
      server.terminate();
      assertThat(server.exitCode()).isZero();
      Files.write(directory.resolve("app.log"), server.lines());
    }
  }

  private static void visit(ServerProcess server) throws IOException {
    int port = server.port();
    List<RawClient> clients = connect(port, 38);
    List<Socket> strangers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      InetAddress loopback = InetAddress.getLoopbackAddress();
      strangers.add(new Socket(loopback, port, InetAddress.getByName("127.0.0.2"), 0));
    }
    RawClient slow = connect(port, 1).getFirst();
    strangers.add(connect(port, 1).getFirst().socket());
    server.readUntil("\"event\":\"ConnectionOpened\",\"connection_id\":43,");
    for (Socket stranger : strangers) {
      stranger.getOutputStream().write("GET / HTTP/1.1\r\nHo".getBytes(US_ASCII));
      stranger.close();
    }
    for (int i = 0; i < clients.size(); i++) {
      int requests = i < 20 ? 1 : i < 32 ? 2 : 5;
      for (int n = 0; n < requests; n++) {
        assertThat(get(clients.get(i), "/")).isEqualTo(200);
      }
      clients.get(i).close();
    }
    assertThat(get(slow, "/slow")).isEqualTo(200);
    slow.close();
  }

  private static List<RawClient> connect(int port, int count) throws IOException {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(RawClient.connect(port));
    }
    return clients;
  }

  private static int get(RawClient client, String path) throws IOException {
    String request = "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
    return client.send(request).readResponse().status();
  }

  static List<Block> recipes() throws IOException {
    return Document.of("docs/observability.md")
        .section("## Five questions to the log")
        .blocks("console");
  }

  @Test
  void recipes_areFive() throws IOException {
    assertThat(recipes()).hasSize(5);
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void recipe_printsWhatIsShown(Block recipe) throws IOException, InterruptedException {
    Transcript.Step step = Transcript.of(recipe).getFirst();
    assertThat(step.command()).startsWith("cat app.log | jq ");
    assertThat(Transcript.shape(Transcript.run(step.command(), directory, Map.of())))
        .isEqualTo(Transcript.shape(step.output()));
  }

  @Test
  void response_isTheSameInBothLogs() throws IOException {
    List<JsonNode> lines =
        Files.readAllLines(directory.resolve("app.log")).stream()
            .map(line -> new JsonMapper().readTree(line))
            .toList();
    List<String> completed =
        lines.stream()
            .filter(line -> line.path("event").asString("").equals("ResponseCompleted"))
            .map(ObservabilityRecipesTest::response)
            .toList();
    assertThat(completed)
        .hasSize(75)
        .containsExactlyInAnyOrderElementsOf(
            lines.stream()
                .filter(line -> line.path("logger").asString("").equals("pounce.access"))
                .map(ObservabilityRecipesTest::response)
                .toList());
  }

  private static String response(JsonNode line) {
    return Stream.of("request_id", "status", "bytes_sent", "duration_ms")
        .map(field -> line.path(field).asString())
        .collect(Collectors.joining(" "));
  }
}
