package dev.pounce.bench;

import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.DrainCompleted;
import dev.pounce.observe.DrainStarted;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.observe.log.LifecycleLog;
import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogLevel;
import dev.pounce.observe.log.LogWriter;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one line of the lifecycle log costs the thread on which the event happens, in JSON; in
 * bursts, as {@link AccessLine}. {@code MIXED} is what a connection with two requests gives, so
 * that the branches differ from line to line. Read {@code lost} first. Target: under 500 ns, and 0
 * bytes allocated, but for {@code FAILED}: an exception makes its text anew. {@code skipped} is an
 * event that the level leaves out, which it does with all but {@code FAILED}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EventLine {
  private static final int BURST = 1_000;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final Duration SLOW = Duration.ofSeconds(5);

  /** Which event. */
  public enum Kind {
    OPENED,
    STARTED,
    COMPLETED,
    SLOW,
    FAILED,
    REJECTED,
    DISCONNECTED,
    CLOSED,
    DRAIN_STARTED,
    DRAIN_COMPLETED,
    MIXED
  }

  @Param public Kind kind;

  private LogWriter writer;
  private LifecycleLog log;
  private LifecycleLog quiet;
  private LifecycleEvent[] events;

  /** Lets the log's thread keep up. */
  @State(Scope.Thread)
  public static class Pause {
    @Setup(Level.Invocation)
    public void pause() {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Lines lost in an iteration. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Losses {
    private LogWriter writer;
    private long before;

    @Setup(Level.Iteration)
    public void begin(EventLine bench) {
      writer = bench.writer;
      before = writer.dropped();
    }

    public long lost() {
      return writer.dropped() - before;
    }
  }

  @Setup
  public void open() {
    writer = LogWriter.to(OutputStream.nullOutputStream(), LogFormat.JSON);
    log = new LifecycleLog(writer, LogFormat.JSON, LogLevel.DEBUG, SLOW);
    quiet = new LifecycleLog(writer, LogFormat.JSON, LogLevel.ERROR, SLOW);
    events = events(kind);
  }

  @TearDown
  public void close() {
    writer.close();
  }

  @Benchmark
  @OperationsPerInvocation(BURST)
  public void record(Pause pause, Losses losses) {
    record(log);
  }

  @Benchmark
  @OperationsPerInvocation(BURST)
  public void skipped(Pause pause) {
    record(quiet);
  }

  private void record(LifecycleLog log) {
    int next = 0;
    for (int i = 0; i < BURST; i++) {
      log.record(events[next]);
      next = next + 1 == events.length ? 0 : next + 1;
    }
  }

  private static LifecycleEvent[] events(Kind kind) {
    Instant now = Instant.parse("2026-02-12T10:15:30.123456Z");
    Duration took = Duration.ofNanos(5_234_567);
    var opened =
        new ConnectionOpened(4711, 2, "192.168.1.100", 54321, "0.0.0.0", 8000, Protocol.H1, now);
    var started =
        new RequestStarted(
            opened,
            RequestId.of(1, 1),
            "GET",
            "/api/v1/users/4711/orders",
            "1.1",
            Protocol.H1,
            null,
            now);
    var completed = new ResponseCompleted(started, 200, 1234, took, now);
    var closed =
        new ConnectionCompleted(opened, 2, 2468, took, ConnectionCompleted.Reason.COMPLETE, now);
    return switch (kind) {
      case OPENED -> new LifecycleEvent[] {opened};
      case STARTED -> new LifecycleEvent[] {started};
      case COMPLETED -> new LifecycleEvent[] {completed};
      case SLOW ->
          new LifecycleEvent[] {new ResponseCompleted(started, 200, 1234, SLOW.plus(took), now)};
      case FAILED ->
          new LifecycleEvent[] {
            new RequestFailed(started, 500, 22, took, new Exception("no such order"), now)
          };
      case REJECTED ->
          new LifecycleEvent[] {
            new RequestRejected(
                opened,
                RequestId.of(1, 2),
                "GET",
                "/api/v1/users/4711/orders",
                RequestRejected.Reason.TOO_LARGE,
                413,
                22,
                took,
                now)
          };
      case DISCONNECTED ->
          new LifecycleEvent[] {new ClientDisconnected(opened, started, true, 1234, took, now)};
      case CLOSED -> new LifecycleEvent[] {closed};
      case DRAIN_STARTED -> new LifecycleEvent[] {new DrainStarted(2, 42, now)};
      case DRAIN_COMPLETED -> new LifecycleEvent[] {new DrainCompleted(2, 0, took, now)};
      case MIXED -> new LifecycleEvent[] {opened, started, completed, started, completed, closed};
    };
  }
}
