package dev.pounce.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogLevel;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.Server;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.config.Setting;
import dev.pounce.testkit.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What docs/operations.md shows of logs, health and shutdown is what the server does. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OperationsTest {

  private static final String DOCUMENT = "docs/operations.md";
  private static final Application HELLO = Http.app(request -> Response.text("Hello, World!\n"));

  private static String accessLine(LogFormat format) throws IOException, InterruptedException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    ServerConfig config = ServerConfig.builder().port(0).logFormat(format).build();
    try (LogWriter log = LogWriter.to(written, format);
        Server server = new Server(config, HELLO, log)) {
      server.start();
      Transcript.ask("curl http://127.0.0.1:8000/", server.port());
    }
    return written.toString(UTF_8);
  }

  @Test
  void textAccessLog_looksAsShown() throws IOException, InterruptedException {
    String shown = Document.of(DOCUMENT).blocks("text").getFirst().text();
    assertThat(Transcript.shape(accessLine(LogFormat.TEXT))).isEqualTo(Transcript.shape(shown));
  }

  @Test
  void jsonAccessLog_hasTheFieldsOfTheTable() throws IOException, InterruptedException {
    Document document = Document.of(DOCUMENT);
    JsonNode shown = json(document.blockWith("\"pounce.access\"").text());
    JsonNode line = json(accessLine(LogFormat.JSON));
    assertThat(types(line)).isEqualTo(types(shown));
    assertThat(line.propertyNames()).containsExactlyElementsOf(shown.propertyNames());
    assertThat(table("### Access log as JSON")).isEqualTo(types(line));
  }

  @Test
  void jsonServerLog_hasTheFieldsOfTheTable() throws IOException {
    Document document = Document.of(DOCUMENT);
    String shown = document.blockWith("\"logger\":\"pounce\"").text();
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    try (LogWriter log = LogWriter.to(written, LogFormat.JSON)) {
      String message = json(shown).get("message").stringValue();
      log.message(LogLevel.INFO, "pounce", message, null);
      log.message(LogLevel.ERROR, "pounce", message, new IOException("disk full"));
    }
    String[] lines = written.toString(UTF_8).split("\n");
    assertThat(Transcript.shape(lines[0])).isEqualTo(Transcript.shape(shown));
    assertThat(table("### Server log")).containsAllEntriesOf(types(json(lines[1])));
  }

  /** The types by field in the table of one section. */
  private static Map<String, String> table(String section) throws IOException {
    return Document.of(DOCUMENT).section(section).table("field", "type", "what it is").stream()
        .collect(Collectors.toMap(row -> Document.code(row.getFirst()), row -> row.get(1)));
  }

  private static JsonNode json(String text) {
    return new JsonMapper().readTree(text);
  }

  private static Map<String, String> types(JsonNode object) {
    return object.properties().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, field -> field.getValue().isNumber() ? "number" : "string"));
  }

  @Test
  void settingsInTables_exist() throws IOException {
    Document document = Document.of(DOCUMENT);
    List<String> settings =
        Stream.concat(
                document.table("status", "when", "setting").stream()
                    .flatMap(row -> row.stream().skip(2)),
                document.table("setting", "starts", "stops").stream().map(List::getFirst))
            .flatMap(cell -> Stream.of(cell.split(", ")))
            .filter(cell -> !cell.isEmpty())
            .map(Document::code)
            .toList();
    assertThat(settings)
        .contains("max-headers", "write-timeout")
        .allSatisfy(key -> assertThat(Setting.of(key)).as(key).isPresent());
  }

  @Test
  void healthCheck_answersAsShown() throws IOException, InterruptedException {
    Document document = Document.of(DOCUMENT);
    Transcript.Step step = Transcript.of(document.blockWith("$ curl ")).getFirst();
    ServerConfig config = ServerConfig.builder().port(0).healthCheckPath("/health").build();
    try (Server server = new Server(config, HELLO)) {
      server.start();
      assertThat(Transcript.shape(Transcript.ask(step.command(), server.port())))
          .isEqualTo(Transcript.shape(step.output()));
    }
    JsonNode body = json(step.output().replaceFirst("(?s).*\n\n", ""));
    assertThat(table("## Health check")).isEqualTo(types(body));
  }

  @Test
  void drain_logsWhatIsShown(@TempDir Path cache) throws IOException, InterruptedException {
    try (ServerProcess server = serve(cache, "--workers", "2");
        RawClient client = RawClient.connect(server.port())) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.readHead().status()).isEqualTo(100);
      server.terminate();
      server.readUntil("Worker 2 stopped");
      assertThat(client.send("ok").readResponse().status()).isEqualTo(200);
      assertThat(server.exitCode()).isZero();
      assertThat(fromSignalOn(server)).isEqualTo(shown("Shutting down 2 worker(s)"));
    }
  }

  @Test
  void cut_logsWhatIsShown(@TempDir Path cache) throws IOException, InterruptedException {
    try (ServerProcess server = serve(cache, "--shutdown-timeout", "500ms");
        RawClient client = RawClient.connect(server.port())) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.readHead().status()).isEqualTo(100);
      server.terminate();
      assertThat(server.exitCode()).isEqualTo(1);
      assertThat(fromSignalOn(server)).isEqualTo(shown("force terminating"));
    }
  }

  @Test
  void save_logsWhatIsShown(@TempDir Path cache, @TempDir Path folder)
      throws IOException, InterruptedException {
    String hello = Files.readString(Document.ROOT.resolve("examples/hello/Hello.java"));
    Path source = Files.writeString(folder.resolve("Hello.java"), hello);
    try (ServerProcess server = ServerProcess.start(cache, "--reload", source.toString())) {
      server.readUntil("Ctrl+C");
      Files.writeString(source, hello.replace("World", "you"));
      server.readUntil("Generation 1 stopped");
      String logged =
          server.lines().stream()
              .dropWhile(line -> !line.contains(" changed "))
              .collect(Collectors.joining("\n"))
              .replaceFirst("\\S+/Hello.java", "Hello.java");
      assertThat(Transcript.shape(logged)).isEqualTo(shown("Hello.java changed"));
    }
  }

  private static ServerProcess serve(Path cache, String flag, String value) throws IOException {
    String classes = Document.ROOT.resolve("house/target/test-classes").toString();
    return ServerProcess.start(
        cache, flag, value, "--classpath", classes, SlowUpload.class.getName());
  }

  private static String shown(String text) throws IOException {
    return Transcript.shape(Document.of(DOCUMENT).blockWith(text).text());
  }

  /** The server's own lines and the access log of what was answered. */
  private static String fromSignalOn(ServerProcess server) {
    return Transcript.shape(
        server.lines().stream()
            .dropWhile(line -> !line.contains("Received"))
            .filter(line -> !line.contains("\" 499 "))
            .collect(Collectors.joining("\n")));
  }
}
