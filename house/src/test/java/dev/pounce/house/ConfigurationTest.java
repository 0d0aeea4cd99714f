package dev.pounce.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.config.ByteSize;
import dev.pounce.server.config.ConfigException;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** docs/configuration.md tells of every setting, and the truth. */
class ConfigurationTest {

  private static final String DOCUMENT = "docs/configuration.md";
  private static final String NONE = "none";
  private static final Pattern STATUS = Pattern.compile("\\((\\d{3})\\)");

  /** A row of the tables of settings. */
  private record Row(
      String key, String flag, String environment, String type, String value, String text) {

    static List<Row> all() throws IOException {
      return Document.of(DOCUMENT).table("Key", "Flag", "Environment", "Type", "Default").stream()
          .map(cells -> cells.stream().map(Document::code).toList())
          .map(c -> new Row(c.get(0), c.get(1), c.get(2), c.get(3), c.get(4), c.get(5)))
          .toList();
    }

    static Row of(Setting setting) throws IOException {
      return all().stream()
          .filter(row -> row.key().equals(setting.key()))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void tables_haveEverySettingOnce() throws IOException {
    assertThat(Row.all())
        .extracting(Row::key)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Setting.values()).map(Setting::key).toList());
  }

  @ParameterizedTest
  @EnumSource
  void row_saysWhatTheCodeSays(Setting setting) throws IOException {
    Row row = Row.of(setting);
    String value = setting.value(ServerConfig.defaults());
    assertThat(row.flag()).isEqualTo(setting.hasFlag() ? "--" + setting.key() : NONE);
    assertThat(row.environment()).isEqualTo(setting.environment());
    assertThat(row.value()).isEqualTo(value.isEmpty() ? NONE : value);
    assertThat(row.type()).startsWith(type(setting));
    assertThat(row.text()).endsWith(".");
    assertThat(STATUS.matcher(setting.description()).results().map(r -> "tatus " + r.group(1)))
        .allSatisfy(status -> assertThat(row.text()).contains(status));
  }

  private static String type(Setting setting) {
    return switch (setting.placeholder()) {
      case "NUMBER" -> "number, ";
      case "MODE" -> "mode, ";
      case "KIND" -> "thread or process";
      case "AUTH" -> "none, optional or required";
      case "TIME" -> "duration, ";
      case "BOOLEAN" -> "true or false";
      case "SIZE" -> "size, ";
      case "LEVEL" -> "debug, info, warning or error";
      case "FORMAT" -> "text or json";
      case "ADDRESS", "TEXT" -> "text";
      case "PATH" -> "path";
      case "URI" -> "URI";
      case "LIST" -> "list";
      case "" -> "switch";
      default -> throw new AssertionError("no type in the documents: " + setting.placeholder());
    };
  }

  @ParameterizedTest
  @EnumSource
  void range_isTheOneThatIsChecked(Setting setting) throws IOException {
    for (MatchResult range :
        Pattern.compile(", (\\w+) to (\\w+)").matcher(Row.of(setting).type()).results().toList()) {
      assertThat(accepts(setting, range.group(1))).isTrue();
      assertThat(accepts(setting, next(range.group(1), -1))).isFalse();
      assertThat(accepts(setting, range.group(2))).isTrue();
      assertThat(accepts(setting, next(range.group(2), 1))).isFalse();
    }
  }

  private static boolean accepts(Setting setting, String value) {
    try {
      return ServerConfig.builder().set(setting.key(), value).build() != null;
    } catch (ConfigException e) {
      return false;
    }
  }

  private static String next(String value, int step) {
    return switch (value) {
      case "0s" -> step + "ms";
      case "1ms" -> 1 + step + "ms";
      case "24h" -> 24 * 3_600_000 + step + "ms";
      default -> String.valueOf(ByteSize.parse(value).bytes() + step);
    };
  }

  @Test
  void variablesOfKubernetes_areIgnored() throws IOException {
    String document = String.join("\n", Document.of(DOCUMENT).lines());
    for (String name :
        List.of("POUNCE_SERVICE_HOST", "POUNCE_SERVICE_PORT", "POUNCE_PORT_8000_TCP")) {
      assertThat(document).contains("`" + name + "`");
      assertThat(ServerConfig.builder().environment(Map.of(name, "anything")).build())
          .isEqualTo(ServerConfig.defaults());
    }
    assertThat(
            ServerConfig.builder()
                .environment(Map.of("POUNCE_PORT", "tcp://10.0.0.1:8000"))
                .build())
        .isEqualTo(ServerConfig.defaults());
  }

  @Test
  void check_printsWhatTheDocumentShows(@TempDir Path directory)
      throws IOException, InterruptedException {
    Document document = Document.of(DOCUMENT);
    Files.writeString(directory.resolve("pounce.toml"), document.blocks("toml").getFirst().text());
    String example = "examples/hello/Hello.java";
    Files.createDirectories(directory.resolve(example).getParent());
    Files.copy(Document.ROOT.resolve(example), directory.resolve(example));
    List<Transcript.Step> steps =
        document.blocks("console").stream().map(Transcript::of).flatMap(List::stream).toList();
    assertThat(steps).hasSize(2);
    for (Transcript.Step step : steps) {
      assertThat(
              Transcript.run(
                  step.command().replace("./pounce", ServerProcess.command()),
                  directory,
                  Map.of("XDG_CACHE_HOME", directory.toString())))
          .isEqualTo(step.output() + "\n");
    }
  }
}
