package dev.pounce.otel;

import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.internal.FailedExportException.HttpExportException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts the spans that reach nobody, and says so once.
 *
 * <p>A span is lost where it can't be sent, and where as many as may be already wait. The SDK's own
 * queue knows the second but does not tell, so the bound is kept here, in front of it: {@link
 * #waiting} goes up when a span ends and down when it is taken to be sent. The queue behind it is
 * never full.
 */
final class Losses {

  private static final Logger LOGGER = System.getLogger("pounce");

  private final LongAdder lost = new LongAdder();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean watched = new AtomicBoolean();
  private final AtomicBoolean said = new AtomicBoolean();

  /** How many spans were lost. */
  long count() {
    return lost.sum();
  }

  private void lose(int spans, String why) {
    lost.add(spans);
    warn(why);
  }

  /** Says why spans are lost, unless that was said before. */
  void warn(String why) {
    if (said.compareAndSet(false, true)) {
      LOGGER.log(
          Level.WARNING, "Traces are lost: " + why + "; requests are served, losses are counted");
    }
  }

  /** The exporter, watched. Of several, each gets all spans, and one counts those taken. */
  SpanExporter watch(SpanExporter exporter) {
    return new Watched(exporter, watched.compareAndSet(false, true));
  }

  /**
   * The processor, with no more than so many spans in it.
   *
   * @param limit the size of its queue
   */
  SpanProcessor bound(SpanProcessor processor, int limit) {
    return new Bounded(processor, limit);
  }

  private final class Watched implements SpanExporter {

    private final SpanExporter exporter;
    private final boolean first;

    Watched(SpanExporter exporter, boolean first) {
      this.exporter = exporter;
      this.first = first;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      int size = spans.size();
      if (first) {
        waiting.addAndGet(-size);
      }
      CompletableResultCode result = exporter.export(spans);
      result.whenComplete(() -> {
        if (!result.isSuccess()) {
          lose(size, reason(result.getFailureThrowable()));
        }
      });
      return result;
    }

    private static String reason(@Nullable Throwable failure) {
      if (failure instanceof HttpExportException http) {
        HttpResponse response = http.getResponse();
        if (response != null) {
          return "the collector answers with status " + response.getStatusCode();
        }
      }
      Throwable cause = failure;
      while (cause != null && !(cause instanceof IOException)) {
        cause = cause.getCause();
      }
      return "the collector can't be reached" + (cause == null ? "" : " (" + cause + ")");
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return exporter.shutdown();
    }

    @Override
    public String toString() {
      return exporter.toString();
    }
  }

  private final class Bounded implements SpanProcessor {

    private final SpanProcessor processor;
    private final int limit;
    private volatile boolean closed;

    Bounded(SpanProcessor processor, int limit) {
      this.processor = processor;
      this.limit = limit;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      if (!span.getSpanContext().isSampled()) {
        return;
      }
      if (closed) {
        lose(1, "the tracer is closed");
      } else if (waiting.incrementAndGet() > limit) {
        waiting.decrementAndGet();
        lose(1, "more than " + limit + " spans wait to be sent");
      } else {
        processor.onEnd(span);
      }
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
      processor.onStart(parent, span);
    }

    @Override
    public boolean isStartRequired() {
      return processor.isStartRequired();
    }

    @Override
    public CompletableResultCode shutdown() {
      closed = true;
      return processor.shutdown();
    }

    @Override
    public CompletableResultCode forceFlush() {
      return processor.forceFlush();
    }
  }
}
