package dev.pounce.otel;

import dev.pounce.app.Headers;
import dev.pounce.app.HttpScope;
import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.DrainCompleted;
import dev.pounce.observe.DrainStarted;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.ReloadCompleted;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.observe.Trace;
import dev.pounce.observe.WorkerReplaced;
import dev.pounce.server.trace.Tracer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Makes one server span of each request, named and described by OpenTelemetry's semantic
 * conventions for HTTP.
 *
 * <p>The span's parent is what the configured propagators find among the request's fields. The span
 * begins when {@link #start} is called and ends at the time of the event that ends the request; it
 * is an error where the status is 500 or more, where the request failed, and where the client left.
 * {@code pounce.request_id}, {@code pounce.connection_id} and {@code pounce.worker_id} find the
 * same request in the logs.
 *
 * <p>The tracer keeps nothing of its own about a request: the span travels in the events.
 */
public final class OpenTelemetryTracer implements Tracer {

  private final io.opentelemetry.api.trace.Tracer tracer;
  private final TextMapPropagator propagator;
  private final Conventions conventions;
  private final Losses losses;
  private final Runnable closer;

  /**
   * A tracer that gives its spans to an OpenTelemetry that is there already. Closing the tracer
   * leaves that running.
   *
   * @param telemetry makes the spans, and knows the propagators
   */
  public OpenTelemetryTracer(OpenTelemetry telemetry) {
    this(telemetry, new Conventions(Conventions.METHODS), new Losses(), () -> {});
  }

  OpenTelemetryTracer(
      OpenTelemetry telemetry, Conventions conventions, Losses losses, Runnable closer) {
    this.tracer = telemetry.getTracer("dev.pounce");
    this.propagator = telemetry.getPropagators().getTextMapPropagator();
    this.conventions = conventions;
    this.losses = losses;
    this.closer = closer;
  }

  @Override
  public Trace start(HttpScope scope, Instant timestamp) {
    Headers headers = scope.headers();
    Context parent = propagator.extract(Context.root(), headers, HeaderGetter.INSTANCE);
    SpanBuilder builder =
        tracer
            .spanBuilder(conventions.name(scope))
            .setParent(parent)
            .setSpanKind(SpanKind.SERVER)
            .setStartTimestamp(timestamp);
    conventions.describe(scope, builder);
    Span span = builder.startSpan();
    return new RequestSpan(span, parent.with(span), timestamp);
  }

  @Override
  public void record(LifecycleEvent event) {
    switch (event) {
      case RequestStarted started -> started(started);
      case ResponseCompleted completed -> completed(completed);
      case RequestFailed failed -> failed(failed);
      case ClientDisconnected gone -> disconnected(gone);
      case ConnectionOpened _,
          RequestRejected _,
          ConnectionCompleted _,
          DrainStarted _,
          DrainCompleted _,
          WorkerReplaced _,
          ReloadCompleted _ -> {}
    }
  }

  private void started(RequestStarted event) {
    RequestSpan request = spanOf(event);
    if (request != null && request.span().isRecording()) {
      conventions.started(event, request.span());
    }
  }

  private void completed(ResponseCompleted event) {
    RequestSpan request = spanOf(event.request());
    if (request != null) {
      conventions.completed(event.status(), request.span());
      request.end(event.timestamp());
    }
  }

  private void failed(RequestFailed event) {
    RequestSpan request = spanOf(event.request());
    if (request != null) {
      if (request.span().isRecording()) {
        conventions.failed(event.status(), event.error(), event.timestamp(), request.span());
      }
      request.end(event.timestamp());
    }
  }

  private void disconnected(ClientDisconnected event) {
    RequestSpan request = spanOf(event.request());
    if (request != null) {
      conventions.disconnected(request.span());
      request.end(event.timestamp());
    }
  }

  private static @Nullable RequestSpan spanOf(@Nullable RequestStarted request) {
    return request != null && request.trace() instanceof RequestSpan span ? span : null;
  }

  /**
   * How many spans were made and then lost, because nobody took them or too many waited. The
   * application's own spans count too. An OpenTelemetry that was given to the constructor does not
   * tell: then this is 0.
   *
   * @return 0 or more, never less than before
   */
  @Override
  public long spansDropped() {
    return losses.count();
  }

  @Override
  public void close() {
    closer.run();
  }
}
