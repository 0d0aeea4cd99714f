package dev.pounce.observe.metrics;

import dev.pounce.observe.Trace;

/** A span with IDs that can be told apart. */
record Span(String name, boolean sampled) implements Trace {
  @Override
  public String traceId() {
    return "trace" + name;
  }

  @Override
  public String spanId() {
    return "span" + name;
  }

  @Override
  public Attachment attach() {
    throw new UnsupportedOperationException();
  }
}
