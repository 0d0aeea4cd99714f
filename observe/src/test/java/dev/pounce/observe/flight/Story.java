package dev.pounce.observe.flight;

import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.ConnectionOpened;
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

/** Events as a server makes them, with figures that are unlike each other. */
final class Story {

  static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

  private static final Instant NOW = Instant.parse("2026-02-12T10:15:30.123456Z");

  private Story() {}

  static ConnectionOpened opened(long connectionId) {
    return new ConnectionOpened(
        connectionId, 2, "192.168.1.100", 54321, "0.0.0.0", 8000, Protocol.H1, NOW);
  }

  static RequestStarted started(long connectionId, long n) {
    return started(RequestId.of(connectionId, n), opened(connectionId), null);
  }

  static RequestStarted started(RequestId id, ConnectionOpened on, @Nullable Trace trace) {
    return new RequestStarted(on, id, "POST", "/api/orders", "1.1", Protocol.H1, trace, NOW);
  }

  static ResponseCompleted completed(RequestStarted request) {
    return new ResponseCompleted(request, 201, 1024, Duration.ofMillis(3500), NOW);
  }

  static RequestFailed failed(RequestStarted request) {
    return new RequestFailed(
        request, 500, 21, Duration.ofMillis(12), new IllegalStateException("out of stock"), NOW);
  }

  static ClientDisconnected left(ConnectionOpened on, @Nullable RequestStarted request) {
    return new ClientDisconnected(on, request, true, 512, Duration.ofMillis(70), NOW);
  }

  static RequestRejected rejected(ConnectionOpened on) {
    return new RequestRejected(
        on,
        RequestId.of(on.connectionId(), 1),
        "PUT",
        "/upload",
        RequestRejected.Reason.TOO_LARGE,
        413,
        18,
        Duration.ofMillis(9),
        NOW);
  }

  static ConnectionCompleted closed(ConnectionOpened connection) {
    return new ConnectionCompleted(
        connection,
        5,
        20480,
        Duration.ofMillis(5000),
        ConnectionCompleted.Reason.CLIENT_DISCONNECT,
        NOW);
  }

  /** A span of {@link #TRACE_ID}. */
  static Trace trace() {
    return new Trace() {
      @Override
      public String traceId() {
        return TRACE_ID;
      }

      @Override
      public String spanId() {
        return "b7ad6b7169203331";
      }

      @Override
      public boolean sampled() {
        return true;
      }

      @Override
      public Attachment attach() {
        return () -> {};
      }
    };
  }
}
