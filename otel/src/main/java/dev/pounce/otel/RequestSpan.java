package dev.pounce.otel;

import dev.pounce.observe.Trace;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Instant;

/**
 * The span of one request.
 *
 * @param span the span
 * @param context what came with the request, such as baggage, and the span
 * @param start when the span began
 */
record RequestSpan(Span span, Context context, Instant start) implements Trace {

  @Override
  public String traceId() {
    return span.getSpanContext().getTraceId();
  }

  @Override
  public String spanId() {
    return span.getSpanContext().getSpanId();
  }

  @Override
  public boolean sampled() {
    return span.getSpanContext().isSampled();
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // the caller closes what stands for it
  public Attachment attach() {
    Scope scope = context.makeCurrent();
    return scope::close;
  }

  /** Ends the span, though two clocks may disagree, not before it began. */
  void end(Instant timestamp) {
    span.end(timestamp.isBefore(start) ? start : timestamp);
  }
}
