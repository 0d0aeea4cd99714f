package dev.pounce.bench;

import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.observe.flight.FlightCollector;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the Flight Recorder costs a request's thread, for its start and its end together: while
 * nothing records, while all requests are recorded, and while only those of 20 ms and more are.
 * {@code events} is the same without the collector, and the cost of making the two events. Target:
 * {@code OFF} within 5 ns of {@code events}, and nothing allocated beyond the events.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class FlightCost {

  /** What is recorded. */
  public enum Recorded {
    OFF(null),
    ALL("0 ns"),
    SLOW("20 ms");

    private final String threshold;

    Recorded(String threshold) {
      this.threshold = threshold;
    }
  }

  private static final Duration DURATION = Duration.ofNanos(5_200_000);
  private static final Instant NOW = Instant.EPOCH;

  @Param public Recorded recorded;

  private FlightCollector collector;
  private Recording recording;

  /** What each thread brings. */
  @State(Scope.Thread)
  public static class Connection {
    private final ConnectionOpened opened =
        new ConnectionOpened(
            Thread.currentThread().threadId(),
            1,
            "127.0.0.1",
            50000,
            "0.0.0.0",
            8000,
            Protocol.H1,
            NOW);
    private final String path = new String("/api/v1/users/4711/orders");
    private long n;

    private RequestStarted start() {
      RequestId id = RequestId.of(opened.connectionId(), n++);
      return new RequestStarted(opened, id, "GET", path, "1.1", Protocol.H1, null, NOW);
    }
  }

  @Setup
  public void begin() {
    collector = new FlightCollector();
    if (recorded.threshold != null) {
      recording = new Recording(Map.of("dev.pounce.Request#threshold", recorded.threshold));
      recording.setMaxSize(64 << 20);
      recording.start();
    }
  }

  @TearDown
  public void end() {
    if (recording != null) {
      recording.close();
    }
  }

  @Benchmark
  public Object record(Connection connection) {
    RequestStarted request = connection.start();
    collector.record(request);
    ResponseCompleted completed = new ResponseCompleted(request, 200, 1000, DURATION, NOW);
    collector.record(completed);
    return completed;
  }

  @Benchmark
  public Object events(Connection connection) {
    return new ResponseCompleted(connection.start(), 200, 1000, DURATION, NOW);
  }
}
