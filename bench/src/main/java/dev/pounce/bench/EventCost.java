package dev.pounce.bench;

import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.EventClock;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to make the events of a request, of moments that the server has taken anyway.
 * Target: under 30 ns each.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EventCost {
  private final EventClock clock = new EventClock();
  private final RequestId requestId = RequestId.of(1, 1);
  private ConnectionOpened connection;
  private RequestStarted request;
  private long nanos;

  @Setup(Level.Iteration)
  public void begin() {
    nanos = System.nanoTime();
    connection =
        new ConnectionOpened(
            4711, 2, "192.168.1.100", 54321, "0.0.0.0", 8000, Protocol.H1, clock.at(nanos));
    request = started();
  }

  @Benchmark
  public RequestStarted started() {
    return new RequestStarted(
        connection, requestId, "GET", "/orders", "1.1", Protocol.H1, null, clock.at(nanos++));
  }

  @Benchmark
  public ResponseCompleted completed() {
    return new ResponseCompleted(
        request, 200, 1234, Duration.ofNanos(nanos & 0xffffff), clock.at(nanos++));
  }
}
