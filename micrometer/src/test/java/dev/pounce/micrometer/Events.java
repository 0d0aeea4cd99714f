package dev.pounce.micrometer;

import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.Distribution;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.observe.Vitals;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events as a server makes them. */
final class Events {

  private static final Instant NOW = Instant.parse("2026-02-12T10:15:30.123456Z");

  private Events() {}

  static ConnectionOpened opened(int worker) {
    return new ConnectionOpened(
        worker, worker, "192.168.1.100", 54321, "0.0.0.0", 8000, Protocol.H1, NOW);
  }

  static RequestStarted started(ConnectionOpened on, String method) {
    return started(on, method, Protocol.H1);
  }

  static RequestStarted started(ConnectionOpened on, String method, Protocol protocol) {
    return new RequestStarted(
        on, RequestId.of(1, 1), method, "/api/orders", "1.1", protocol, null, NOW);
  }

  static ResponseCompleted completed(RequestStarted request, int status, Duration duration) {
    return new ResponseCompleted(request, status, 1000, duration, NOW);
  }

  static RequestFailed failed(RequestStarted request, int status) {
    return new RequestFailed(
        request, status, 200, Duration.ofMillis(12), new IllegalStateException(), NOW);
  }

  static ClientDisconnected left(ConnectionOpened on, @Nullable RequestStarted request) {
    return new ClientDisconnected(on, request, true, 30, Duration.ofMillis(70), NOW);
  }

  static RequestRejected rejected(ConnectionOpened on, RequestRejected.Reason reason) {
    return new RequestRejected(
        on, RequestId.of(1, 2), "PUT", "/upload", reason, 413, 4, Duration.ofMillis(9), NOW);
  }

  static ConnectionCompleted closed(ConnectionOpened connection) {
    return new ConnectionCompleted(
        connection, 5, 20480, Duration.ofSeconds(5), ConnectionCompleted.Reason.COMPLETE, NOW);
  }

  /**
   * A server of which this much is known: delays of 1 ms, stalls, lost lines, failures, and lost
   * spans.
   */
  static Vitals vitals(long delays, long stalls, long dropped, long failures, long spans) {
    return new Vitals() {
      @Override
      public Distribution schedulerLag() {
        return new Distribution(
            List.of(Duration.ofMillis(1)), List.of(delays, 0L), Duration.ofMillis(delays));
      }

      @Override
      public long schedulerStalls() {
        return stalls;
      }

      @Override
      public long logLinesDropped() {
        return dropped;
      }

      @Override
      public long collectorFailures() {
        return failures;
      }

      @Override
      public long spansDropped() {
        return spans;
      }
    };
  }
}
