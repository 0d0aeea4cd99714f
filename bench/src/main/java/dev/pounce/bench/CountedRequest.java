package dev.pounce.bench;

import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.EventClock;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.observe.metrics.Ledger;
import dev.pounce.observe.metrics.PrometheusCollector;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What metrics cost the thread of a request: its two events made, and counted by the collector. The
 * looks at the clock are not in it, since the server takes them in any case. {@code record} counts
 * events that are there already, {@code make} makes them and counts nothing; both are part of
 * {@code request}. With {@code -t 2} two connections count at once. Run with {@code -prof gc}.
 * Target: {@code request} under 100 ns, and 0 bytes allocated by {@code record}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class CountedRequest {

  /** Where the counters lie: on the heap, or in a file that several processes map. */
  public enum Memory {
    HEAP,
    MAPPED
  }

  @Param public Memory memory;

  private PrometheusCollector collector;
  private @Nullable Ledger supervisor;
  private @Nullable Ledger worker;
  private final EventClock clock = new EventClock();
  private final AtomicLong connections = new AtomicLong();

  @Setup
  public void count() throws IOException {
    switch (memory) {
      case HEAP -> collector = new PrometheusCollector();
      case MAPPED -> {
        supervisor = Ledger.create();
        supervisor.prepare(1);
        worker = Ledger.join(supervisor.directory(), 1);
        collector = new PrometheusCollector(worker);
      }
    }
  }

  @TearDown
  public void close() {
    if (worker != null && supervisor != null) {
      worker.close();
      supervisor.close();
    }
  }

  /** What each thread brings: a connection of one worker, and its requests. */
  @State(Scope.Thread)
  public static class Connection {
    private static final long MICRO = 1_000;

    private ConnectionOpened opened;
    private RequestId requestId;
    private RequestStarted started;
    private ResponseCompleted completed;
    private long requests;
    private long nanos;

    @Setup
    public void open(CountedRequest bench) {
      long number = bench.connections.incrementAndGet();
      opened =
          new ConnectionOpened(
              number,
              1,
              "127.0.0.1",
              50_000,
              "0.0.0.0",
              8000,
              Protocol.H1,
              bench.clock.at(System.nanoTime()));
      requestId = RequestId.of(number, 1);
      bench.collector.record(opened);
    }

    /** The events' times: the clock need not be asked for the time of day again. */
    @Setup(Level.Iteration)
    public void begin(CountedRequest bench) {
      nanos = System.nanoTime();
      started = start(bench);
      completed = complete(bench, started);
    }

    private RequestStarted start(CountedRequest bench) {
      return new RequestStarted(
          opened,
          requestId,
          "GET",
          "/api/v1/users/4711/orders",
          "1.1",
          Protocol.H1,
          null,
          bench.clock.at(nanos));
    }

    private ResponseCompleted complete(CountedRequest bench, RequestStarted request) {
      requests++;
      Duration duration = Duration.ofNanos(MICRO * (1 + (requests & 0x1fff)));
      return new ResponseCompleted(
          request, 200, 1000 + (requests & 0xff), duration, bench.clock.at(nanos));
    }
  }

  @Benchmark
  public void request(Connection connection, Blackhole others) {
    RequestStarted started = connection.start(this);
    collector.record(started);
    others.consume(started);
    ResponseCompleted completed = connection.complete(this, started);
    collector.record(completed);
    others.consume(completed);
  }

  @Benchmark
  public void record(Connection connection) {
    collector.record(connection.started);
    collector.record(connection.completed);
  }

  @Benchmark
  public void make(Connection connection, Blackhole others) {
    RequestStarted started = connection.start(this);
    others.consume(started);
    others.consume(connection.complete(this, started));
  }
}
