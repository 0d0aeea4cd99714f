package dev.pounce.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.Server;
import dev.pounce.server.config.ServerConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What ships our logs knows them: ops/ names only fields that our lines have. */
class OpsTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Path OPS = Document.ROOT.resolve("ops");
  private static final Path FILEBEAT = OPS.resolve("filebeat/filebeat.yml");
  private static final Path DATADOG = OPS.resolve("datadog/conf.d/pounce.d/conf.yaml");
  private static final Path PROMTAIL = OPS.resolve("promtail/promtail.yaml");

  /** All that stands in a JSON line: of the access log, of messages, and of events. */
  private static final Set<String> FIELDS =
      Set.of(
          "timestamp",
          "level",
          "logger",
          "method",
          "path",
          "http_version",
          "status",
          "bytes_sent",
          "duration_ms",
          "client",
          "request_id",
          "message",
          "exception",
          "dropped",
          "event",
          "connection_id",
          "worker_id",
          "client_addr",
          "client_port",
          "server_addr",
          "server_port",
          "protocol",
          "slow",
          "during_streaming",
          "requests_served",
          "total_bytes_sent",
          "reason");

  /** Fields that have few values, whatever clients send. */
  private static final Set<String> BOUNDED = Set.of("event", "level", "logger", "slow");

  static Stream<Path> shippers() {
    return Stream.of(FILEBEAT, DATADOG, PROMTAIL);
  }

  @ParameterizedTest
  @MethodSource("shippers")
  void shipper_readsTheLogOfItsOwnExample(Path file) throws IOException {
    String shown = comment(file);
    assertThat(shown)
        .contains("POUNCE_LOG_FORMAT=json")
        .contains("POUNCE_LIFECYCLE_LOGGING=true")
        .contains(">>/var/log/pounce/app.log");
    assertThat(yaml(file).toString()).contains("\"/var/log/pounce/*.log\"");
  }

  @ParameterizedTest
  @MethodSource("shippers")
  void query_namesFieldsOfOurs(Path file) throws IOException {
    List<String> named =
        comment(file)
            .lines()
            .filter(
                line -> line.startsWith("#   ") && !line.contains(file.getFileName().toString()))
            .filter(line -> !line.contains("POUNCE_"))
            .flatMap(line -> Pattern.compile("(\\w+)(:| = )").matcher(line).results())
            .map(name -> name.group(1))
            .toList();
    assertThat(named).contains("slow").isSubsetOf(FIELDS);
  }

  @Test
  void fields_areThoseOfALine() throws IOException, InterruptedException {
    assertThat(JSON.readTree(accessLine()).propertyNames()).isSubsetOf(FIELDS);
  }

  @Test
  void filebeat_readsEachFileOnce() throws IOException {
    JsonNode input = yaml(FILEBEAT).at("/filebeat.inputs/0");
    assertThat(input.at("/type").asString()).isEqualTo("filestream");
    assertThat(input.at("/id").asString()).isNotEmpty();
  }

  @Test
  void filebeat_processesFieldsOfOurs() throws IOException {
    List<String> named =
        Stream.concat(
                yaml(FILEBEAT).findValues("field").stream(),
                yaml(FILEBEAT).findValues("fields").stream().flatMap(JsonNode::valueStream))
            .map(JsonNode::asString)
            .toList();
    assertThat(named).isNotEmpty().isSubsetOf(FIELDS);
  }

  @Test
  void filebeat_triesTheTimesThatWeWrite() throws IOException, InterruptedException {
    List<String> tried =
        yaml(FILEBEAT).findValue("test").valueStream().map(JsonNode::asString).toList();
    String written = JSON.readTree(accessLine()).get("timestamp").asString();
    assertThat(tried)
        .allSatisfy(time -> assertThat(OffsetDateTime.parse(time)).isNotNull())
        .extracting(OpsTest::shape)
        .contains(shape(written));
  }

  @Test
  void datadog_getsTheStatusWhereItLooksForIt() throws IOException, InterruptedException {
    JsonNode rule = yaml(DATADOG).findValue("log_processing_rules").get(0);
    String line = accessLine();
    JsonNode sent =
        JSON.readTree(
            line.replaceAll(
                rule.get("pattern").asString(),
                rule.get("replace_placeholder").asString().replace("${1}", "$1")));
    assertThat(sent.at("/http/status_code").asInt()).isEqualTo(200);
    assertThat(sent.has("status")).isFalse();
    assertThat(sent.size()).isEqualTo(JSON.readTree(line).size());
  }

  @Test
  void promtail_usesWhatItHasExtracted() throws IOException {
    JsonNode stages = yaml(PROMTAIL).findValue("pipeline_stages");
    JsonNode expressions = stages.findValue("expressions");
    assertThat(expressions.valueStream().map(JsonNode::asString)).isSubsetOf(FIELDS);
    assertThat(expressions.propertyNames())
        .contains(stages.findValue("source").asString())
        .containsAll(stages.findValue("labels").propertyNames());
  }

  @Test
  void promtail_makesLabelsOfWhatHasFewValues() throws IOException {
    assertThat(yaml(PROMTAIL).findValue("pipeline_stages").findValue("labels").propertyNames())
        .isNotEmpty()
        .isSubsetOf(BOUNDED);
  }

  private static String accessLine() throws IOException, InterruptedException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    ServerConfig config = ServerConfig.builder().port(0).logFormat(LogFormat.JSON).build();
    try (LogWriter log = LogWriter.to(written, LogFormat.JSON);
        Server server = new Server(config, Http.app(request -> Response.text("")), log)) {
      server.start();
      Transcript.ask("curl http://127.0.0.1:8000/", server.port());
    }
    return written.toString(UTF_8);
  }

  /** A time with its digits made equal. */
  private static String shape(String time) {
    return time.replaceAll("\\d", "0");
  }

  private static JsonNode yaml(Path file) throws IOException {
    return new YAMLMapper().readTree(Files.readString(file));
  }

  /** The comment that a file begins with. */
  private static String comment(Path file) throws IOException {
    return Files.readString(file)
        .lines()
        .takeWhile(line -> line.startsWith("#"))
        .collect(Collectors.joining("\n"));
  }
}
