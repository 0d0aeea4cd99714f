package dev.pounce.observe.log;

import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.DrainCompleted;
import dev.pounce.observe.DrainStarted;
import dev.pounce.observe.LifecycleCollector;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.ReloadCompleted;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.observe.WorkerReplaced;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The lifecycle log: one line for each event, under {@code pounce.lifecycle}. What happens to every
 * connection and request is at {@link LogLevel#DEBUG}, a slow response and a reload at {@link
 * LogLevel#INFO}, a client that left, a request that was refused and a worker that was replaced at
 * {@link LogLevel#WARNING}, a request or a reload that failed at {@link LogLevel#ERROR}.
 *
 * <p>An event that is not shown costs a look at its type. A line is made without garbage, in a
 * buffer taken from a slot that many threads share: it is emptied and filled by one atomic
 * operation each, so no two threads get the same buffer and nobody waits. Whoever finds it empty
 * makes a buffer, and one that finds no slot is left to the garbage collector.
 */
public final class LifecycleLog implements LifecycleCollector {
  private static final int SLOTS = 64;

  /** Slots lie a cache line apart, so that neighbours do not slow each other. */
  private static final int STRIDE = 16;

  /** What a rare long line needs is not kept. */
  private static final int LARGEST_KEPT = 16 << 10;

  private final LogWriter writer;
  private final LogFormat format;
  private final LogLevel threshold;
  private final Duration slowThreshold;
  private final AtomicReferenceArray<EventLine> lines = new AtomicReferenceArray<>(SLOTS * STRIDE);

  /**
   * Makes a lifecycle log.
   *
   * @param writer takes the lines
   * @param format their layout
   * @param threshold the least level that is written
   * @param slowThreshold a response that took longer is slow
   */
  public LifecycleLog(
      LogWriter writer, LogFormat format, LogLevel threshold, Duration slowThreshold) {
    this.writer = writer;
    this.format = format;
    this.threshold = threshold;
    this.slowThreshold = slowThreshold;
  }

  /** Writes the line of an event, if its level is shown. Never waits. Any thread. */
  @Override
  public void record(LifecycleEvent event) {
    LogLevel level = level(event);
    if (!level.reaches(threshold)) {
      return;
    }
    int slot = ((int) Thread.currentThread().threadId() & SLOTS - 1) * STRIDE;
    EventLine free = lines.getAndSet(slot, null);
    EventLine made = free == null ? new EventLine(format) : free;
    boolean slow = level == LogLevel.INFO; // no other response is
    Line line = made.of(event, slow);
    writer.offer(level, LogName.LIFECYCLE, line.bytes(), 0, line.length());
    if (line.bytes().length <= LARGEST_KEPT) {
      lines.setRelease(slot, made);
    }
  }

  /** A WebSocket lasts as long as its two sides like, and is never slow. */
  private boolean isSlow(ResponseCompleted completed) {
    return completed.duration().compareTo(slowThreshold) > 0
        && completed.request().protocol() != Protocol.WEBSOCKET;
  }

  private LogLevel level(LifecycleEvent event) {
    return switch (event) {
      case ResponseCompleted completed -> isSlow(completed) ? LogLevel.INFO : LogLevel.DEBUG;
      case ConnectionOpened _,
          RequestStarted _,
          ConnectionCompleted _,
          DrainStarted _,
          DrainCompleted _ ->
          LogLevel.DEBUG;
      case ReloadCompleted reload -> reload.failure() == null ? LogLevel.INFO : LogLevel.ERROR;
      case RequestRejected _, ClientDisconnected _, WorkerReplaced _ -> LogLevel.WARNING;
      case RequestFailed _ -> LogLevel.ERROR;
    };
  }
}
