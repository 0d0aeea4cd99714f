package dev.pounce.server.exchange;

import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.EventClock;
import dev.pounce.observe.LifecycleCollector;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.observe.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Tells a collector the story of one connection, from its opening to its end, and keeps what the
 * end has to say of the whole.
 *
 * <p>Over HTTP/1 it is used by the connection's thread; by another one only in its place, with the
 * connection's output locked, when that answers a request whose time is up. Over HTTP/2 each
 * request has a thread of its own, so what they all change is changed atomically.
 */
public final class Journal {

  private static final AtomicLongFieldUpdater<Journal> SERVED =
      AtomicLongFieldUpdater.newUpdater(Journal.class, "served");
  private static final AtomicLongFieldUpdater<Journal> BYTES =
      AtomicLongFieldUpdater.newUpdater(Journal.class, "bytes");

  private final LifecycleCollector collector;
  private final EventClock clock;
  private final ConnectionOpened opened;
  private final long openedNanos;
  private volatile long served;
  private volatile long bytes;
  private volatile ConnectionCompleted.@Nullable Reason reason;

  /** Whether the connection outlives what goes wrong with one of its requests. */
  private boolean multiplexed;

  /**
   * Begins the story.
   *
   * @param openedNanos when the connection was accepted, by {@link System#nanoTime}
   */
  Journal(
      LifecycleCollector collector, EventClock clock, ConnectionOpened opened, long openedNanos) {
    this.collector = collector;
    this.clock = clock;
    this.opened = opened;
    this.openedNanos = openedNanos;
    collector.record(opened);
  }

  /** The time of a moment, by {@link System#nanoTime}, as events have it. */
  Instant at(long nanos) {
    return clock.at(nanos);
  }

  /** A request's head is complete, and the application gets it. */
  RequestStarted started(
      RequestId id,
      RequestLine line,
      Protocol protocol,
      int streamId,
      @Nullable Trace trace,
      Instant timestamp) {
    RequestStarted started =
        new RequestStarted(
            opened,
            id,
            line.method(),
            line.rawPath(),
            line.httpVersion().equals("2") ? "2.0" : line.httpVersion(),
            protocol,
            streamId,
            trace,
            timestamp);
    collector.record(started);
    return started;
  }

  /** A response has been sent to its last byte. */
  void completed(RequestStarted request, int status, long bytesSent, long duration, long nanos) {
    SERVED.getAndIncrement(this);
    BYTES.getAndAdd(this, bytesSent);
    collector.record(
        new ResponseCompleted(
            request, status, bytesSent, Duration.ofNanos(duration), clock.at(nanos)));
  }

  /** A request has failed on the server's side. */
  void failed(
      RequestStarted request,
      int status,
      long bytesSent,
      long duration,
      Throwable error,
      long nanos) {
    BYTES.getAndAdd(this, bytesSent);
    collector.record(
        new RequestFailed(
            request, status, bytesSent, Duration.ofNanos(duration), error, clock.at(nanos)));
  }

  /** The client has left before a request was answered, or in the middle of the answer. */
  public void disconnected(
      @Nullable RequestStarted request,
      boolean duringStreaming,
      long bytesSent,
      long duration,
      long nanos) {
    BYTES.getAndAdd(this, bytesSent);
    endsBecause(ConnectionCompleted.Reason.CLIENT_DISCONNECT);
    collector.record(
        new ClientDisconnected(
            opened,
            request,
            duringStreaming,
            bytesSent,
            Duration.ofNanos(duration),
            clock.at(nanos)));
  }

  /** The server has refused a request itself. */
  public void rejected(
      RequestId id,
      String method,
      String path,
      Refusal refusal,
      long bytesSent,
      long duration,
      long nanos) {
    BYTES.getAndAdd(this, bytesSent);
    endsBecause(
        switch (refusal.why()) {
          case MALFORMED, TOO_LARGE, RATE -> ConnectionCompleted.Reason.ERROR;
          case TIMEOUT -> ConnectionCompleted.Reason.TIMEOUT;
          case OVER_LIMIT -> ConnectionCompleted.Reason.BACKPRESSURE;
          case DRAINING -> ConnectionCompleted.Reason.COMPLETE;
        });
    collector.record(
        new RequestRejected(
            opened,
            id,
            method,
            path,
            refusal.why(),
            refusal.status(),
            bytesSent,
            Duration.ofNanos(duration),
            clock.at(nanos)));
  }

  /**
   * From now on a request that ends early does not end the connection: it has others. Called before
   * the first one.
   */
  public void multiplex() {
    multiplexed = true;
  }

  /** A request has ended early, and the connection with it where it has no others. */
  private void endsBecause(ConnectionCompleted.Reason cause) {
    if (!multiplexed) {
      because(cause);
    }
  }

  /** As {@link #because(Throwable)}, of what has ended a request. */
  void endsBecause(Throwable cause) {
    if (!multiplexed) {
      because(cause);
    }
  }

  /** Notes why the connection ends; the first cause is the one that counts. */
  public void because(ConnectionCompleted.Reason cause) {
    if (reason == null) {
      reason = cause;
    }
  }

  /** Notes what has ended the connection from the server's side. */
  public void because(Throwable cause) {
    because(
        cause instanceof TimeoutException
            ? ConnectionCompleted.Reason.TIMEOUT
            : ConnectionCompleted.Reason.ERROR);
  }

  /**
   * Ends the story.
   *
   * @param used whether the client has asked for anything
   */
  public void close(boolean used, long nanos) {
    because(
        used ? ConnectionCompleted.Reason.COMPLETE : ConnectionCompleted.Reason.CLIENT_DISCONNECT);
    ConnectionCompleted.Reason cause = reason;
    if (cause != null) {
      collector.record(
          new ConnectionCompleted(
              opened,
              served,
              bytes,
              Duration.ofNanos(nanos - openedNanos),
              cause,
              clock.at(nanos)));
    }
  }
}
