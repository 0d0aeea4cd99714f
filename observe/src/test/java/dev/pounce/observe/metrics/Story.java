package dev.pounce.observe.metrics;

import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.ConnectionOpened;
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
import org.jspecify.annotations.Nullable;

/** Tells a collector of one connection and what happens on it. */
final class Story {
  static final Instant NOW = Instant.parse("2026-02-12T10:15:30.123456Z");
  private static final Duration MOMENT = Duration.ofMillis(1);

  private final LifecycleCollector collector;
  private final ConnectionOpened connection;

  private Story(LifecycleCollector collector, ConnectionOpened connection) {
    this.collector = collector;
    this.connection = connection;
  }

  /** A connection of worker 1. */
  static Story on(LifecycleCollector collector) {
    return on(collector, 1, 1);
  }

  static Story on(LifecycleCollector collector, int worker, long connection) {
    return new Story(
        collector,
        new ConnectionOpened(
            connection, worker, "127.0.0.1", 50_000, "0.0.0.0", 8000, Protocol.H1, NOW));
  }

  Story opened() {
    collector.record(connection);
    return this;
  }

  RequestStarted started(String method) {
    return started(method, null);
  }

  RequestStarted started(String method, @Nullable Trace trace) {
    return started(method, Protocol.H1, trace);
  }

  RequestStarted started(String method, Protocol protocol, @Nullable Trace trace) {
    RequestStarted request =
        new RequestStarted(
            connection,
            RequestId.of(connection.connectionId(), 1),
            method,
            "/",
            "1.1",
            protocol,
            trace,
            NOW);
    collector.record(request);
    return request;
  }

  /** A request and its response. */
  void answered(String method, int status, long bytesSent, Duration duration) {
    completed(started(method), status, bytesSent, duration);
  }

  void completed(RequestStarted request, int status, long bytesSent, Duration duration) {
    collector.record(new ResponseCompleted(request, status, bytesSent, duration, NOW));
  }

  void failed(RequestStarted request, int status, long bytesSent, Duration duration) {
    collector.record(
        new RequestFailed(
            request, status, bytesSent, duration, new IllegalStateException("broken"), NOW));
  }

  void rejected(RequestRejected.Reason reason, int status, long bytesSent) {
    collector.record(
        new RequestRejected(
            connection,
            RequestId.of(connection.connectionId(), 1),
            "GET",
            "/",
            reason,
            status,
            bytesSent,
            MOMENT,
            NOW));
  }

  /** The client leaves in the middle of a request, or of its head. */
  void left(@Nullable RequestStarted request, long bytesSent) {
    collector.record(
        new ClientDisconnected(connection, request, bytesSent > 0, bytesSent, MOMENT, NOW));
  }

  void closed() {
    collector.record(
        new ConnectionCompleted(
            connection, 1, 0, MOMENT, ConnectionCompleted.Reason.COMPLETE, NOW));
  }
}
