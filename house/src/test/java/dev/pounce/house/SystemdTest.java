package dev.pounce.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** systemd finds nothing wrong with the units in ops/, and they fit the server's defaults. */
class SystemdTest {

  private static final Path UNITS = Document.ROOT.resolve("ops/systemd");
  private static final Pattern FLAG = Pattern.compile(" --([a-z-]+)");
  private static final String LAUNCHER = "/opt/pounce/pounce";

  @TempDir private Path directory;

  static List<Path> units() throws IOException {
    try (Stream<Path> files = Files.list(UNITS)) {
      return files.sorted().toList();
    }
  }

  static List<Path> services() throws IOException {
    return units().stream().filter(unit -> unit.toString().endsWith(".service")).toList();
  }

  /** The values that a unit has for a key. */
  private static List<String> values(Path unit, String key) throws IOException {
    return Files.readAllLines(unit).stream()
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1))
        .toList();
  }

  private static String value(Path unit, String key) throws IOException {
    return assertThat(values(unit, key)).as(unit + " " + key).singleElement().actual();
  }

  private static Duration seconds(String value) {
    assertThat(value).matches("\\d+s");
    return Duration.parse("PT" + value);
  }

  @Test
  void units_areAsSystemdWantsThem() throws IOException, InterruptedException {
    String program = Path.of(System.getProperty("java.home"), "bin/java").toString();
    for (Path unit : units()) {
      Files.writeString(
          directory.resolve(unit.getFileName()), Files.readString(unit).replace(LAUNCHER, program));
    }
    assertThat(complaints()).isEmpty();
  }

  @Test
  void units_misspelled_areNotAsSystemdWantsThem() throws IOException, InterruptedException {
    Files.writeString(
        directory.resolve("a.service"), "[Service]\nExecStart=/bin/true\nWatchdog=1s\n");
    assertThat(complaints()).contains("Unknown key 'Watchdog'");
  }

  /** What systemd has to say about all units in the directory. */
  private String complaints() throws IOException, InterruptedException {
    ProcessBuilder verify = new ProcessBuilder("sh", "-c", "systemd-analyze verify \"$0\"/*");
    verify.command().add(directory.toString());
    verify.environment().putAll(Map.of("SYSTEMD_UNIT_PATH", directory + ":", "LC_ALL", "C"));
    Process process = verify.redirectErrorStream(true).start();
    try (var output = process.getInputStream()) {
      String text = new String(output.readAllBytes(), UTF_8);
      process.waitFor();
      return text;
    }
  }

  @ParameterizedTest
  @MethodSource("services")
  void stop_hasMoreTimeThanADrain(Path service) throws IOException {
    assertThat(seconds(value(service, "TimeoutStopSec")))
        .isGreaterThan(ServerConfig.defaults().shutdownTimeout());
    assertThat(value(service, "KillSignal")).isEqualTo("SIGTERM");
    assertThat(value(service, "KillMode")).isEqualTo("mixed");
  }

  @ParameterizedTest
  @MethodSource("services")
  void command_hasFlagsOfOurs(Path service) throws IOException {
    String command = value(service, "ExecStart");
    assertThat(command).startsWith(LAUNCHER + " ").endsWith(" shop.jar");
    assertThat(FLAG.matcher(command).results().map(flag -> flag.group(1)))
        .contains("health-check-path")
        .allSatisfy(key -> assertThat(Setting.of(key)).as(key).isPresent());
  }

  @ParameterizedTest
  @MethodSource("services")
  void document_showsWhatAllServicesHaveInCommon(Path service) throws IOException {
    List<String> shown =
        Document.of("docs/operations.md").section("## systemd").blocks("ini").getFirst().lines();
    assertThat(Files.readAllLines(service))
        .containsAll(shown.stream().filter(line -> !line.startsWith("ExecStart=")).toList());
    assertThat(Files.readAllLines(UNITS.resolve("pounce.service"))).containsAll(shown);
  }

  @Test
  void document_namesEveryUnit() throws IOException {
    String document = String.join("\n", Document.of("docs/operations.md").lines());
    for (Path unit : units()) {
      assertThat(document).contains("(../ops/systemd/" + unit.getFileName() + ")");
    }
  }

  @ParameterizedTest
  @MethodSource("services")
  void service_isConfinedAsTheOthersAre(Path service) throws IOException {
    assertThat(confinement(service))
        .contains("NoNewPrivileges=yes", "ProtectSystem=strict")
        .isEqualTo(confinement(UNITS.resolve("pounce.service")));
    assertThat(value(service, "User")).isNotEqualTo("root");
  }

  private static List<String> confinement(Path service) throws IOException {
    return Files.readAllLines(service).stream()
        .dropWhile(line -> !line.startsWith("# What Pounce does not need"))
        .takeWhile(line -> !line.isEmpty())
        .toList();
  }

  @Test
  void uds_isInTheDirectoryThatSystemdMakes() throws IOException {
    Path service = UNITS.resolve("pounce-uds.service");
    assertThat(value(service, "ExecStart"))
        .contains(" --uds /run/" + value(service, "RuntimeDirectory") + "/");
  }

  @Test
  void socket_startsItsService() throws IOException {
    Path socket = UNITS.resolve("pounce.socket");
    assertThat(value(socket, "Service")).isEqualTo("pounce-socket.service");
    assertThat(values(socket, "ListenStream")).hasSize(1);
    assertThat(value(socket, "Backlog")).isEqualTo(Setting.BACKLOG.value(ServerConfig.defaults()));
  }
}
