package dev.pounce.otel;

import static dev.pounce.otel.Collector.parentId;
import static dev.pounce.otel.Collector.spanId;
import static dev.pounce.otel.Collector.traceId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.Trace;
import dev.pounce.server.config.ServerConfig;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Traces that come in with a request, and go on in the application. */
class PropagationTest {

  private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT_ID = "00f067aa0ba902b7";
  private static final String SAMPLED = "00-" + TRACE_ID + "-" + PARENT_ID + "-01";
  private static final String NOT_SAMPLED = "00-" + TRACE_ID + "-" + PARENT_ID + "-00";

  private Collector collector;

  @BeforeEach
  void open() throws IOException {
    collector = Collector.open();
  }

  @AfterEach
  void close() {
    collector.close();
    GlobalOpenTelemetry.resetForTest();
  }

  @Test
  void start_withoutAParent_beginsATrace() {
    Trace[] trace = new Trace[1];
    trace(tracer -> {
      Story story = Story.begin(tracer);
      trace[0] = story.trace();
      story.completes(200);
    });

    assertThat(trace[0].sampled()).isTrue();
    assertThat(trace[0].traceId()).matches("[0-9a-f]{32}").isEqualTo(traceId(collector.span()));
    assertThat(trace[0].spanId()).matches("[0-9a-f]{16}").isEqualTo(spanId(collector.span()));
    assertThat(parentId(collector.span())).isEmpty();
  }

  @Test
  void start_withAParent_continuesItsTrace() {
    trace(tracer ->
        Story.begin(tracer, "Traceparent", SAMPLED, "Tracestate", "a=1", "Tracestate", "b=2")
            .completes(200));

    assertThat(traceId(collector.span())).isEqualTo(TRACE_ID);
    assertThat(parentId(collector.span())).isEqualTo(PARENT_ID);
    assertThat(collector.span().getTraceState()).isEqualTo("a=1,b=2");
  }

  @Test
  void start_withAParentThatIsNotSampled_continuesItsTraceAndSendsNothing() {
    trace(tracer -> {
      Story story = Story.begin(tracer, "traceparent", NOT_SAMPLED);
      assertThat(story.trace().sampled()).isFalse();
      assertThat(story.trace().traceId()).isEqualTo(TRACE_ID);
      assertThat(story.trace().spanId()).isNotEqualTo(PARENT_ID);
      story.fails(500, new IllegalStateException("unseen"));
      assertThat(tracer.spansDropped()).isZero();
    });

    assertThat(collector.spans()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-" + TRACE_ID + "-" + PARENT_ID,
        "ff-" + TRACE_ID + "-" + PARENT_ID + "-01",
        "00-00000000000000000000000000000000-" + PARENT_ID + "-01",
        "00-" + TRACE_ID + "-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + PARENT_ID + "-01",
      })
  void start_withAMalformedParent_beginsATrace(String parent) {
    trace(tracer -> Story.begin(tracer, "traceparent", parent).completes(200));

    assertThat(traceId(collector.span())).isNotEqualTo(TRACE_ID);
    assertThat(parentId(collector.span())).isEmpty();
  }

  @Test
  void start_withTwoParents_beginsATrace() {
    trace(tracer ->
        Story.begin(tracer, "traceparent", SAMPLED, "traceparent", SAMPLED).completes(200));

    assertThat(parentId(collector.span())).isEmpty();
  }

  @Test
  void start_withAParentThatNoPropagatorIsAskedFor_beginsATrace() {
    trace(
        Map.of("otel.propagators", "none"),
        tracer -> Story.begin(tracer, "traceparent", SAMPLED).completes(200));

    assertThat(parentId(collector.span())).isEmpty();
  }

  @Test
  void attach_spanOfTheApplication_isAChild() {
    trace(tracer -> {
      Story story = Story.begin(tracer, "traceparent", SAMPLED);
      onVirtualThread(() -> {
        try (Trace.Attachment _ = story.trace().attach()) {
          GlobalOpenTelemetry.getTracer("shop").spanBuilder("look up stock").startSpan().end();
        }
      });
      story.completes(200);
    });

    assertThat(parentId(collector.span("look up stock"))).isEqualTo(spanId(collector.span("GET")));
    assertThat(traceId(collector.span("look up stock"))).isEqualTo(TRACE_ID);
  }

  @Test
  void attach_callOfTheApplication_carriesTheTrace() {
    Map<String, String> fields = new HashMap<>();
    trace(tracer -> {
      Story story = Story.begin(tracer, "traceparent", SAMPLED, "baggage", "tenant=acme");
      onVirtualThread(() -> {
        try (Trace.Attachment _ = story.trace().attach()) {
          GlobalOpenTelemetry.getPropagators()
              .getTextMapPropagator()
              .inject(Context.current(), fields, Map::put);
          assertThat(Baggage.current().getEntryValue("tenant")).isEqualTo("acme");
        }
      });
      story.completes(200);
    });

    assertThat(fields)
        .containsEntry("traceparent", "00-" + TRACE_ID + "-" + spanId(collector.span()) + "-01")
        .containsEntry("baggage", "tenant=acme");
  }

  @Test
  void attach_onceClosed_isOver() {
    trace(tracer -> {
      Story story = Story.begin(tracer);
      try (Trace.Attachment _ = story.trace().attach()) {
        assertThat(Span.current().getSpanContext().getSpanId()).isEqualTo(story.trace().spanId());
      }
      assertThat(Span.current().getSpanContext().isValid()).isFalse();
      story.completes(200);
    });

    assertThat(collector.spans()).hasSize(1);
  }

  private void trace(Consumer<OpenTelemetryTracer> requests) {
    trace(Map.of(), requests);
  }

  private void trace(Map<String, String> properties, Consumer<OpenTelemetryTracer> requests) {
    ServerConfig config = ServerConfig.builder().otelEndpoint(collector.uri()).build();
    try (OpenTelemetryTracer tracer = OpenTelemetryTracerFactory.create(config, properties)) {
      requests.accept(tracer);
    }
  }

  private static void onVirtualThread(Runnable task) {
    CompletableFuture.runAsync(task, Thread.ofVirtual()::start).join();
  }
}
