package dev.pounce.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuilderTest {

  @Test
  void environment_variablesOfOthers_areLeftAlone() {
    ServerConfig config =
        ServerConfig.builder()
            .environment(Map.of("PATH", "/bin", "PORT", "1", "MY_POUNCE_PORT", "2"))
            .build();

    assertThat(config).isEqualTo(ServerConfig.defaults());
  }

  @Test
  void environment_unknownVariable_failsAndNamesTheNearest() {
    Builder builder = ServerConfig.builder().environment(Map.of("POUNCE_WORKRS", "4"));

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(builder::build)
        .withMessage(
            "POUNCE_WORKRS: 4 (expected: a known variable; the nearest is POUNCE_WORKERS)");
  }

  @Test
  void environment_badValue_isReportedUnderTheVariablesName() {
    Builder builder = ServerConfig.builder().environment(Map.of("POUNCE_PORT", "http"));

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(builder::build)
        .withMessage("POUNCE_PORT: http (expected: a whole number)");
  }

  /**
   * A Kubernetes service called "pounce" puts these into the environment of every pod beside it.
   */
  @ParameterizedTest
  @CsvSource({
    "POUNCE_PORT, tcp://10.96.0.12:80",
    "POUNCE_SERVICE_HOST, 10.96.0.12",
    "POUNCE_SERVICE_PORT, 80",
    "POUNCE_SERVICE_PORT_HTTP, 80",
    "POUNCE_PORT_80_TCP, tcp://10.96.0.12:80",
    "POUNCE_PORT_80_TCP_ADDR, 10.96.0.12",
  })
  void environment_serviceLink_isLeftAlone(String name, String value) {
    assertThat(ServerConfig.builder().environment(Map.of(name, value)).build())
        .isEqualTo(ServerConfig.defaults());
  }

  @Test
  void set_twice_theLastWins() {
    assertThat(ServerConfig.builder().set("port", "1").set("port", "2").build().port())
        .isEqualTo(2);
  }

  @Test
  void build_afterAProblem_failsEachTime() {
    Builder builder = ServerConfig.builder().set("port", "x").set("port", "2");

    assertThatExceptionOfType(ConfigException.class).isThrownBy(builder::build);
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(builder::build)
        .withMessage("port: x (expected: a whole number)");
  }
}
