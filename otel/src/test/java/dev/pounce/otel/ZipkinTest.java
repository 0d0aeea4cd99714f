package dev.pounce.otel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.Trace;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.zipkin.ZipkinSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.junit.jupiter.api.Test;

/** A program's own OpenTelemetry, and a trace store that is not ours. */
class ZipkinTest {

  private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT_ID = "00f067aa0ba902b7";

  @Test
  void tracer_thatSendsToZipkin_isFoundThereByTheTracesId() throws Exception {
    try (Zipkin zipkin = Zipkin.start();
        OpenTelemetrySdk telemetry = telemetry(zipkin)) {
      OpenTelemetryTracer tracer = new OpenTelemetryTracer(telemetry);
      Story story = Story.begin(tracer, "traceparent", "00-" + TRACE_ID + "-" + PARENT_ID + "-01");
      try (Trace.Attachment _ = story.trace().attach()) {
        telemetry.getTracer("shop").spanBuilder("look up stock").startSpan().end();
      }
      story.completes(503);

      assertThat(zipkin.trace(TRACE_ID, 2))
          .contains("\"kind\":\"SERVER\"")
          .contains("\"parentId\":\"" + PARENT_ID + "\"")
          .contains("\"name\":\"look up stock\"")
          .contains("\"parentId\":\"" + story.trace().spanId() + "\"")
          .contains("\"serviceName\":\"shop\"")
          .contains("\"http.response.status_code\":\"503\"")
          .contains("\"error.type\":\"503\"")
          .contains("\"pounce.request_id\":\"" + Story.ID + "\"")
          .contains("\"pounce.connection_id\":\"42\"")
          .contains("\"pounce.worker_id\":\"3\"");
    }
  }

  private static OpenTelemetrySdk telemetry(Zipkin zipkin) {
    return OpenTelemetrySdk.builder()
        .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
        .setTracerProvider(
            SdkTracerProvider.builder()
                .setResource(
                    Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "shop")))
                .addSpanProcessor(
                    SimpleSpanProcessor.create(
                        ZipkinSpanExporter.builder().setSender(zipkin.sender()).build()))
                .build())
        .build();
  }
}
