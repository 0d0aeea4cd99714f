package dev.pounce.server.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.config.ServerConfig;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is traced. */
class TracerFactoryTest {

  private static final ServerConfig PLAIN = ServerConfig.defaults();
  private static final ServerConfig WITH_ENDPOINT =
      ServerConfig.builder().otelEndpoint(URI.create("http://localhost:4318")).build();

  @Test
  void isWanted_byNobody_isFalse() {
    assertThat(TracerFactory.isWanted(PLAIN, Map.of())).isFalse();
    assertThat(TracerFactory.isWanted(PLAIN, Map.of("OTEL_SERVICE_NAME", "shop"))).isFalse();
  }

  @Test
  void isWanted_byTheConfiguration_isTrueUnlessTheSdkIsDisabled() {
    assertThat(TracerFactory.isWanted(WITH_ENDPOINT, Map.of())).isTrue();
    assertThat(TracerFactory.isWanted(WITH_ENDPOINT, Map.of("OTEL_TRACES_EXPORTER", "none")))
        .isTrue();
    assertThat(TracerFactory.isWanted(WITH_ENDPOINT, Map.of("OTEL_SDK_DISABLED", "TRUE")))
        .isFalse();
  }

  @ParameterizedTest(name = "{0}={1}: {2}")
  @CsvSource({
    "OTEL_EXPORTER_OTLP_ENDPOINT, http://localhost:4318, true",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, http://localhost:4318/v1/traces, true",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT, http://localhost:4318/v1/metrics, false",
    "OTEL_EXPORTER_OTLP_ENDPOINT, '', false",
    "OTEL_TRACES_EXPORTER, otlp, true",
    "OTEL_TRACES_EXPORTER, 'otlp,console', true",
    "OTEL_TRACES_EXPORTER, zipkin, true",
    "OTEL_TRACES_EXPORTER, none, false",
    "OTEL_TRACES_EXPORTER, '', false",
  })
  void isWanted_byTheEnvironment_isAsOpenTelemetryHasIt(
      String variable, String value, boolean wanted) {
    assertThat(TracerFactory.isWanted(PLAIN, Map.of(variable, value))).isEqualTo(wanted);
  }

  @ParameterizedTest
  @CsvSource({"OTEL_TRACES_EXPORTER, none", "OTEL_SDK_DISABLED, true"})
  void isWanted_byAnEndpointInTheEnvironmentButSwitchedOff_isFalse(String variable, String value) {
    assertThat(
            TracerFactory.isWanted(
                PLAIN,
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318", variable, value)))
        .isFalse();
  }
}
