package dev.pounce.server.trace;

import dev.pounce.app.HttpScope;
import dev.pounce.observe.LifecycleCollector;
import dev.pounce.observe.Trace;
import java.time.Instant;

/**
 * Makes a span of each request. The server asks for it before the application is called, carries it
 * in {@link dev.pounce.observe.RequestStarted#trace}, and makes it current on the application's
 * thread; the tracer ends it when an event tells that the request is over.
 */
public interface Tracer extends LifecycleCollector, AutoCloseable {

  /**
   * Begins the span of a request. On the connection's thread.
   *
   * @param scope the request; its {@code traceparent} names the span's parent
   * @param timestamp when the request's head was complete, and the span begins
   * @return the span, never null
   */
  Trace start(HttpScope scope, Instant timestamp);

  /**
   * The spans that were made and then lost, because nobody took them in time. Any thread.
   *
   * @return 0 or more, never less than before
   */
  long spansDropped();

  /** Sends what is left, waiting for a few seconds at most. */
  @Override
  void close();
}
