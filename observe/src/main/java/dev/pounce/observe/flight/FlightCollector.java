package dev.pounce.observe.flight;

import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.DrainCompleted;
import dev.pounce.observe.DrainStarted;
import dev.pounce.observe.LifecycleCollector;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.ReloadCompleted;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.observe.WorkerReplaced;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import org.jspecify.annotations.Nullable;

/**
 * Puts the server's facts into JDK Flight Recorder recordings: {@code dev.pounce.Connection},
 * {@code dev.pounce.Request}, {@code dev.pounce.Rejection}, {@code dev.pounce.Drain}, {@code
 * dev.pounce.WorkerReplacement} and {@code dev.pounce.Reload}.
 *
 * <p>Every recording has them, whole, as long as this collector is attached: {@code jcmd PID
 * JFR.start} is enough. On a busy server a recording that goes on for long should keep the slow
 * requests only: {@code jcmd PID JFR.start +dev.pounce.Request#threshold=20ms}. In the same way
 * {@code +dev.pounce.Connection#enabled=false} leaves a type out.
 *
 * <p>A request, a connection or a drain that began before the recording is not in it, and neither
 * is one that ends after it. While nothing records, an event costs a few instructions and no
 * memory.
 */
public final class FlightCollector implements LifecycleCollector {

  /*
   * The recorder takes the time of an event's beginning only from a call of begin(), so its object
   * is made when the story begins and waits in a map until it ends. It is made only while its type
   * is recorded, but taken out whatever is recorded then: as every story ends, none is left behind.
   *
   * To load the types of events costs a tenth of a second, because the JVM rewrites them. So they
   * are loaded when the recorder starts, and by what starts it: not by a server that is never
   * recorded, and not by a request.
   */
  private static volatile boolean recorderStarted;

  static {
    FlightRecorder.addListener(
        new FlightRecorderListener() {
          @Override
          public void recorderInitialized(FlightRecorder recorder) {
            recorderStarted = Type.loaded();
          }
        });
  }

  /**
   * One event of each type that is never begun: it tells whether its type is recorded, without an
   * object for each question.
   */
  private static final class Type {
    static final ConnectionFlight CONNECTION = new ConnectionFlight();
    static final RequestFlight REQUEST = new RequestFlight();
    static final RejectionFlight REJECTION = new RejectionFlight();
    static final DrainFlight DRAIN = new DrainFlight();
    static final ReplacementFlight REPLACEMENT = new ReplacementFlight();
    static final ReloadFlight RELOAD = new ReloadFlight();

    static boolean loaded() {
      return true;
    }
  }

  private final Map<Long, ConnectionFlight> connections = new ConcurrentHashMap<>();

  /** By the ID's identity: peers may send the same text twice. */
  private final Map<RequestId, RequestFlight> requests = new ConcurrentHashMap<>();

  private final Map<Integer, DrainFlight> drains = new ConcurrentHashMap<>();

  /** A collector of its own; more than one on a server would record each fact more than once. */
  public FlightCollector() {}

  @Override
  public void record(LifecycleEvent event) {
    if (recorderStarted) {
      take(event);
    }
  }

  private void take(LifecycleEvent event) {
    switch (event) {
      case ConnectionOpened opened -> begin(opened);
      case RequestStarted started -> begin(started);
      case ResponseCompleted done ->
          end(done.request(), "completed", done.status(), done.bytesSent(), done.duration(), null);
      case RequestFailed failed ->
          end(
              failed.request(),
              "failed",
              failed.status(),
              failed.bytesSent(),
              failed.duration(),
              failed.error());
      case ClientDisconnected left -> {
        RequestStarted request = left.request();
        if (request != null) {
          end(request, "disconnected", 0, left.bytesSent(), left.duration(), null);
        }
      }
      case RequestRejected rejected -> {
        if (Type.REJECTION.isEnabled()) {
          new RejectionFlight().land(rejected);
        }
      }
      case ConnectionCompleted completed -> end(completed);
      case DrainStarted started -> begin(started);
      case DrainCompleted completed -> end(completed);
      case WorkerReplaced replaced -> {
        if (Type.REPLACEMENT.isEnabled()) {
          new ReplacementFlight().land(replaced);
        }
      }
      case ReloadCompleted reload -> {
        if (Type.RELOAD.isEnabled()) {
          new ReloadFlight().land(reload);
        }
      }
    }
  }

  /** How many stories have begun and not ended, of those that are recorded. */
  int underWay() {
    return connections.size() + requests.size() + drains.size();
  }

  private void begin(ConnectionOpened opened) {
    if (Type.CONNECTION.isEnabled()) {
      ConnectionFlight flight = new ConnectionFlight();
      flight.begin();
      connections.put(opened.connectionId(), flight);
    }
  }

  private void end(ConnectionCompleted completed) {
    ConnectionFlight flight =
        connections.isEmpty() ? null : connections.remove(completed.connectionId());
    if (flight != null) {
      flight.land(completed);
    }
  }

  private void begin(RequestStarted started) {
    if (Type.REQUEST.isEnabled()) {
      RequestFlight flight = new RequestFlight();
      flight.begin();
      requests.put(started.requestId(), flight);
    }
  }

  private void end(
      RequestStarted request,
      String outcome,
      int status,
      long bytesSent,
      Duration duration,
      @Nullable Throwable error) {
    RequestFlight flight = requests.isEmpty() ? null : requests.remove(request.requestId());
    if (flight != null) {
      flight.land(request, outcome, status, bytesSent, duration, error);
    }
  }

  private void begin(DrainStarted started) {
    if (Type.DRAIN.isEnabled()) {
      DrainFlight flight = new DrainFlight();
      flight.activeRequests = started.activeRequests();
      flight.begin();
      drains.put(started.workerId(), flight);
    }
  }

  private void end(DrainCompleted completed) {
    DrainFlight flight = drains.isEmpty() ? null : drains.remove(completed.workerId());
    if (flight != null) {
      flight.land(completed);
    }
  }
}
