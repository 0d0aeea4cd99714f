package dev.pounce.otel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pounce.server.config.Builder;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.trace.TracerFactory;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How spans get to a collector, and what happens where they don't. */
class ExportTest {

  /** Each span in a request of its own, which is not tried again. */
  private static final Map<String, String> ONE_BY_ONE =
      Map.of(
          "otel.bsp.max.export.batch.size", "1", "otel.java.exporter.otlp.retry.disabled", "true");

  @AfterEach
  void forget() {
    GlobalOpenTelemetry.resetForTest();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/"})
  void endpoint_withOrWithoutASlash_getsProtobufAtItsTraces(String end) throws IOException {
    try (Collector collector = Collector.open()) {
      trace(endpoint(URI.create(collector.uri() + end)), Map.of());

      assertThat(collector.exports())
          .singleElement()
          .satisfies(export -> {
            assertThat(export.path()).isEqualTo("/v1/traces");
            assertThat(export.headers().getFirst("Content-Type"))
                .isEqualTo("application/x-protobuf");
          });
    }
  }

  @Test
  void endpoint_belowAPath_getsItsTracesThere() throws IOException {
    try (Collector collector = Collector.open()) {
      trace(endpoint(collector.uri().resolve("/tenant/otlp")), Map.of());

      assertThat(collector.exports())
          .singleElement()
          .extracting(Collector.Export::path)
          .isEqualTo("/tenant/otlp/v1/traces");
    }
  }

  @Test
  void environment_withAnEndpoint_isFollowedOverHttp() throws IOException {
    try (Collector collector = Collector.open()) {
      trace(
          ServerConfig.builder(),
          Map.of(
              "otel.exporter.otlp.endpoint", collector.uri().toString(),
              "otel.exporter.otlp.headers", "x-api-key=s3cret",
              "otel.exporter.otlp.compression", "gzip"));

      assertThat(collector.exports())
          .singleElement()
          .satisfies(export -> {
            assertThat(export.path()).isEqualTo("/v1/traces");
            assertThat(export.headers().getFirst("X-Api-Key")).isEqualTo("s3cret");
            assertThat(export.headers().getFirst("Content-Encoding")).isEqualTo("gzip");
            assertThat(export.content().getResourceSpansCount()).isEqualTo(1);
          });
    }
  }

  @Test
  void configuration_withAnEndpoint_winsOverTheEnvironment() throws IOException {
    try (Collector collector = Collector.open();
        Collector other = Collector.open()) {
      trace(
          endpoint(collector.uri()).otelServiceName("shop"),
          Map.of(
              "otel.exporter.otlp.endpoint", other.uri().toString(),
              "otel.exporter.otlp.traces.endpoint", other.uri().toString(),
              "otel.exporter.otlp.protocol", "grpc",
              "otel.traces.exporter", "none",
              "otel.service.name", "other"));

      assertThat(other.exports()).isEmpty();
      assertThat(collector.exports()).hasSize(1);
      assertThat(collector.resource()).containsEntry("service.name", "shop");
    }
  }

  @Test
  void service_withoutAName_isCalledPounce() throws IOException {
    try (Collector collector = Collector.open()) {
      trace(
          endpoint(collector.uri()),
          Map.of("otel.resource.attributes", "deployment.environment=test"));

      assertThat(collector.resource())
          .containsEntry("service.name", "pounce")
          .containsEntry("deployment.environment", "test")
          .containsEntry("telemetry.sdk.language", "java");
    }
  }

  @Test
  void service_withANameInTheEnvironment_isCalledThat() throws IOException {
    try (Collector collector = Collector.open()) {
      trace(
          endpoint(collector.uri()), Map.of("otel.resource.attributes", "service.name=warehouse"));

      assertThat(collector.resource()).containsEntry("service.name", "warehouse");
    }
  }

  @Test
  void environment_withASampler_isFollowed() throws IOException {
    try (Collector collector = Collector.open()) {
      trace(endpoint(collector.uri()), Map.of("otel.traces.sampler", "always_off"));

      assertThat(collector.exports()).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource({
    "otel.traces.sampler, some, Unrecognized value for otel.traces.sampler: some",
    "otel.exporter.otlp.protocol, grpc, GrpcSenderProvider",
    "otel.traces.exporter, jaeger, jaeger",
  })
  void environment_thatCantBeFollowed_isRefusedWithTheReason(
      String property, String value, String reason) {
    try (SaidLog log = SaidLog.open()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> trace(ServerConfig.builder(), Map.of(property, value)))
          .withMessageStartingWith("OpenTelemetry: ")
          .withMessageContaining(reason);
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void collectorThatIsDown_costsOneWarningAndIsCounted() throws IOException {
    URI nowhere = URI.create("http://127.0.0.1:" + closedPort());
    try (SaidLog log = SaidLog.open()) {
      OpenTelemetryTracer tracer =
          OpenTelemetryTracerFactory.create(endpoint(nowhere).build(), ONE_BY_ONE);
      for (int i = 0; i < 3; i++) {
        Story.begin(tracer).completes(200);
      }
      tracer.close();

      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("WARNING pounce: Traces are lost: the collector can't be reached (")
          .contains("ConnectException")
          .endsWith("; requests are served, losses are counted");
      assertThat(tracer.spansDropped()).isEqualTo(3);
    }
  }

  @Test
  void collectorThatRefuses_isNamedWithItsStatus() throws IOException {
    try (Collector collector = Collector.refusing(401);
        SaidLog log = SaidLog.open()) {
      OpenTelemetryTracer tracer = trace(endpoint(collector.uri()), ONE_BY_ONE);

      assertThat(log.lines())
          .containsExactly(
              "WARNING pounce: Traces are lost: the collector answers with status 401;"
                  + " requests are served, losses are counted");
      assertThat(tracer.spansDropped()).isEqualTo(1);
    }
  }

  @Test
  void spansThatAreMoreThanMayWait_areCountedAndTheOthersSent() throws IOException {
    try (Collector collector = Collector.open();
        SaidLog log = SaidLog.open()) {
      OpenTelemetryTracer tracer =
          OpenTelemetryTracerFactory.create(
              endpoint(collector.uri()).build(),
              Map.of("otel.bsp.max.queue.size", "4", "otel.bsp.max.export.batch.size", "4"));
      Story[] stories = new Story[100];
      for (int i = 0; i < stories.length; i++) {
        stories[i] = Story.begin(tracer);
      }
      for (Story story : stories) {
        story.completes(200);
      }
      tracer.close();

      assertThat(tracer.spansDropped()).isPositive();
      assertThat(collector.spans()).hasSize(100 - Math.toIntExact(tracer.spansDropped()));
      assertThat(log.lines())
          .containsExactly(
              "WARNING pounce: Traces are lost: more than 4 spans wait to be sent;"
                  + " requests are served, losses are counted");
    }
  }

  @Test
  void spanThatEndsAfterTheTracer_isCounted() throws IOException {
    try (Collector collector = Collector.open();
        SaidLog log = SaidLog.open()) {
      OpenTelemetryTracer tracer =
          OpenTelemetryTracerFactory.create(endpoint(collector.uri()).build(), Map.of());
      Story late = Story.begin(tracer);
      tracer.close();
      late.completes(200);

      assertThat(tracer.spansDropped()).isEqualTo(1);
      assertThat(log.lines()).hasSize(1);
    }
  }

  @Test
  void global_thatIsThereAlready_staysAsItIs() throws IOException {
    OpenTelemetry mine = OpenTelemetry.noop();
    GlobalOpenTelemetry.set(mine);
    try (Collector collector = Collector.open()) {
      trace(endpoint(collector.uri()), Map.of());

      assertThat(collector.spans()).hasSize(1);
      assertThat(GlobalOpenTelemetry.isSet()).isTrue();
      assertThat(
              GlobalOpenTelemetry.getTracer("shop")
                  .spanBuilder("a")
                  .startSpan()
                  .getSpanContext()
                  .isValid())
          .isFalse();
    }
  }

  @Test
  void tracerOfSomebodyElsesTelemetry_leavesItRunning() {
    SdkTracerProvider provider = SdkTracerProvider.builder().build();
    OpenTelemetry telemetry = OpenTelemetrySdk.builder().setTracerProvider(provider).build();
    OpenTelemetryTracer tracer = new OpenTelemetryTracer(telemetry);

    assertThat(Story.begin(tracer).trace().sampled()).isTrue();
    tracer.close();

    assertThat(Story.begin(tracer).trace().sampled()).isTrue();
    assertThat(tracer.spansDropped()).isZero();
    provider.close();
  }

  @Test
  void factory_isFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(TracerFactory.class))
        .singleElement()
        .isInstanceOf(OpenTelemetryTracerFactory.class);
  }

  private static Builder endpoint(URI uri) {
    return ServerConfig.builder().otelEndpoint(uri);
  }

  /** Makes a span of one request and sends it. */
  private static OpenTelemetryTracer trace(Builder config, Map<String, String> properties) {
    try (OpenTelemetryTracer tracer =
        OpenTelemetryTracerFactory.create(config.build(), properties)) {
      Story.begin(tracer).completes(200);
      return tracer;
    }
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
