package dev.pounce.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.house.Dockerfile.Instruction;
import dev.pounce.server.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What can be said of ops/docker/Dockerfile without Docker. */
class DockerfileTest {

  private static final String SETTING = "POUNCE_";

  private final Dockerfile dockerfile;

  DockerfileTest() throws IOException {
    dockerfile = Dockerfile.read();
  }

  @Test
  void commands_areInExecForm() {
    Stream<List<String>> commands =
        Stream.of("RUN", "ENTRYPOINT", "CMD")
            .flatMap(keyword -> dockerfile.all(keyword).stream())
            .map(Instruction::words);
    assertThat(commands).hasSizeGreaterThan(4).noneMatch(List::isEmpty);
    assertThat(dockerfile.healthCheck()).isNotEmpty();
  }

  @Test
  void server_isTheEntryPoint_soThatSignalsReachIt() {
    assertThat(dockerfile.last("ENTRYPOINT").words()).containsExactly("/opt/pounce/pounce");
    assertThat(dockerfile.all("STOPSIGNAL")).isEmpty();
  }

  @Test
  void user_isNotRoot_byNumber() {
    assertThat(dockerfile.last("USER").rest()).isEqualTo("1000:1000");
    List<Instruction> all = dockerfile.instructions();
    assertThat(all.indexOf(dockerfile.last("USER")))
        .isGreaterThan(all.indexOf(dockerfile.last("RUN")));
  }

  @Test
  void healthCheck_hasItsTimes() {
    assertThat(dockerfile.last("HEALTHCHECK").flags())
        .containsExactly("interval=30s", "timeout=3s", "start-period=5s", "retries=3");
  }

  @Test
  void images_areNamedWithoutARegistry_andWithAVersion() {
    assertThat(dockerfile.all("FROM"))
        .hasSize(2)
        .allSatisfy(from -> assertThat(from.rest()).matches("[a-z]+:[0-9][a-z0-9.-]*( AS build)?"));
  }

  @Test
  void copies_areOfWhatIsThere() {
    for (Instruction copy : dockerfile.all("COPY")) {
      String source = copy.rest().split(" ")[0];
      if (copy.flags().contains("from=build")) {
        assertThat(dockerfile.all("RUN"))
            .extracting(Instruction::rest)
            .contains("[\"ops/docker/runtime.sh\", \"" + source + "\"]");
      } else {
        assertThat(Dockerfile.FILE.resolveSibling("../..").resolve(source)).exists();
      }
    }
  }

  @Test
  void ignored_isNothingThatTheBuildNeeds() throws IOException {
    assertThat(Files.readAllLines(Dockerfile.FILE.resolveSibling("Dockerfile.dockerignore")))
        .containsExactly(".git", "**/target");
  }

  @Test
  void settings_serveTheExposedPort_andTheHealthCheck() {
    Map<String, String> environment =
        dockerfile.all("ENV").stream()
            .flatMap(variables -> Arrays.stream(variables.rest().split("\\s+")))
            .filter(variable -> variable.startsWith(SETTING))
            .map(variable -> variable.split("=", 2))
            .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    ServerConfig config = ServerConfig.builder().environment(environment).build();
    assertThat(config.host()).isEqualTo("0.0.0.0");
    assertThat(dockerfile.last("EXPOSE").rest()).isEqualTo(String.valueOf(config.port()));
    assertThat(config.healthCheckPath()).isEqualTo("/health");
  }
}
