package dev.pounce.observe.log;

import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.DrainCompleted;
import dev.pounce.observe.DrainStarted;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.ReloadCompleted;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.observe.Trace;
import dev.pounce.observe.WorkerReplaced;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Events of a connection, and of the worker that has it. */
final class Story {
  static final String ID = "a1b2c3d4e5f67890abcdef1234567890";
  static final Duration SLOW = Duration.ofSeconds(2);

  static final ConnectionOpened OPENED =
      new ConnectionOpened(
          42,
          1,
          "192.168.1.100",
          54321,
          "0.0.0.0",
          8000,
          Protocol.H1,
          Instant.parse("2026-02-12T10:15:30.123456Z"));
  static final RequestStarted STARTED = started("POST", "/api/orders", null);
  static final RequestStarted TRACED = started("GET", "/", new Span());
  static final ResponseCompleted COMPLETED = completed(STARTED, Duration.ofMillis(150));
  static final ConnectionCompleted CLOSED =
      new ConnectionCompleted(
          OPENED,
          5,
          20480,
          Duration.ofNanos(5_000_500_000L),
          ConnectionCompleted.Reason.TIMEOUT,
          Instant.parse("2026-02-12T10:15:35.625500Z"));
  static final DrainStarted DRAINING =
      new DrainStarted(3, 7, Instant.parse("2026-02-12T10:16:00.000001Z"));
  static final DrainCompleted DRAINED =
      new DrainCompleted(
          3, 2, Duration.ofMillis(30_012), Instant.parse("2026-02-12T10:16:30.012001Z"));

  static final WorkerReplaced REPLACED =
      new WorkerReplaced(3, "signal 9", Instant.parse("2026-02-12T10:17:00Z"));
  static final ReloadCompleted RELOADED =
      new ReloadCompleted(2, null, Duration.ofMillis(1200), Instant.parse("2026-02-12T10:18:00Z"));
  static final ReloadCompleted NOT_RELOADED =
      new ReloadCompleted(
          2, "no such class: Shop", Duration.ofMillis(300), Instant.parse("2026-02-12T10:19:00Z"));

  /** One of each. */
  static final List<LifecycleEvent> WHOLE =
      List.of(
          OPENED,
          STARTED,
          COMPLETED,
          completed(STARTED, Duration.ofMillis(3500)),
          failed(STARTED, new IllegalStateException("out of stock")),
          rejected("-", "-"),
          disconnected(STARTED),
          disconnected(null),
          CLOSED,
          DRAINING,
          DRAINED,
          REPLACED,
          RELOADED,
          NOT_RELOADED);

  private Story() {}

  static RequestStarted started(String method, String path, @Nullable Trace trace) {
    return started(method, path, Protocol.H1, trace);
  }

  static RequestStarted opening(Protocol protocol) {
    return started("GET", "/chat", protocol, null);
  }

  private static RequestStarted started(
      String method, String path, Protocol protocol, @Nullable Trace trace) {
    return new RequestStarted(
        OPENED,
        id(),
        method,
        path,
        "1.1",
        protocol,
        trace,
        Instant.parse("2026-02-12T10:15:30.125Z"));
  }

  static ResponseCompleted completed(RequestStarted request, Duration duration) {
    return new ResponseCompleted(
        request, 200, 10240, duration, Instant.parse("2026-02-12T10:15:33.625Z"));
  }

  static RequestFailed failed(RequestStarted request, Throwable error) {
    return new RequestFailed(
        request,
        500,
        22,
        Duration.ofNanos(1_234_567),
        error,
        Instant.parse("2026-02-12T10:15:31Z"));
  }

  static RequestRejected rejected(String method, String path) {
    return new RequestRejected(
        OPENED,
        id(),
        method,
        path,
        RequestRejected.Reason.TOO_LARGE,
        431,
        26,
        Duration.ofNanos(43_000),
        Instant.parse("2026-02-12T10:15:30.200Z"));
  }

  static ClientDisconnected disconnected(@Nullable RequestStarted request) {
    return new ClientDisconnected(
        OPENED,
        request,
        request != null,
        4096,
        Duration.ofMillis(1375),
        Instant.parse("2026-02-12T10:15:31.5Z"));
  }

  static RequestId id() {
    return Objects.requireNonNull(RequestId.adopt(ID));
  }

  private record Span() implements Trace {
    @Override
    public String traceId() {
      return "4bf92f3577b34da6a3ce929d0e0e4736";
    }

    @Override
    public String spanId() {
      return "00f067aa0ba902b7";
    }

    @Override
    public boolean sampled() {
      return true;
    }

    @Override
    public Attachment attach() {
      throw new UnsupportedOperationException("a log puts no span on a thread");
    }
  }
}
