package dev.pounce.observe.flight;

import static dev.pounce.observe.flight.Story.closed;
import static dev.pounce.observe.flight.Story.completed;
import static dev.pounce.observe.flight.Story.failed;
import static dev.pounce.observe.flight.Story.left;
import static dev.pounce.observe.flight.Story.opened;
import static dev.pounce.observe.flight.Story.rejected;
import static dev.pounce.observe.flight.Story.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.management.ThreadMXBean;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.DrainCompleted;
import dev.pounce.observe.DrainStarted;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.ReloadCompleted;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.WorkerReplaced;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import jdk.jfr.FlightRecorder;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlightCollectorTest {

  private static final ConnectionOpened CONNECTION = opened(42);
  private static final RequestStarted REQUEST =
      started(RequestId.adopt("a1b2c3"), CONNECTION, Story.trace());

  private final FlightCollector collector = new FlightCollector();

  @Test
  void response_completed_isARequestWithAllThatIsKnown() {
    try (Tape tape = new Tape()) {
      give(REQUEST, completed(REQUEST));
      assertThat(fields(tape.only()))
          .isEqualTo(
              fields(
                  "dev.pounce.Request",
                  "connectionId",
                  42L,
                  "workerId",
                  2,
                  "clientAddress",
                  "192.168.1.100",
                  "clientPort",
                  54321,
                  "requestId",
                  "a1b2c3",
                  "traceId",
                  Story.TRACE_ID,
                  "method",
                  "POST",
                  "path",
                  "/api/orders",
                  "httpVersion",
                  "1.1",
                  "protocol",
                  "h1",
                  "streamId",
                  0,
                  "outcome",
                  "completed",
                  "status",
                  201,
                  "bytesSent",
                  1024L,
                  "totalTime",
                  Duration.ofMillis(3500),
                  "errorClass",
                  null));
    }
  }

  @Test
  void request_failed_namesTheClassOfTheError() {
    try (Tape tape = new Tape()) {
      give(REQUEST, failed(REQUEST));
      assertThat(fields(tape.only()))
          .containsEntry("outcome", "failed")
          .containsEntry("errorClass", IllegalStateException.class.getName())
          .containsEntry("status", 500)
          .containsEntry("bytesSent", 21L)
          .containsEntry("totalTime", Duration.ofMillis(12));
    }
  }

  @Test
  void client_disconnected_endsItsRequest() {
    try (Tape tape = new Tape()) {
      give(REQUEST, left(CONNECTION, REQUEST));
      assertThat(fields(tape.only()))
          .containsEntry("outcome", "disconnected")
          .containsEntry("status", 0)
          .containsEntry("bytesSent", 512L)
          .containsEntry("totalTime", Duration.ofMillis(70));
    }
  }

  @Test
  void client_disconnectedBeforeARequest_isTheEndOfItsConnectionAlone() {
    try (Tape tape = new Tape()) {
      give(CONNECTION, left(CONNECTION, null), closed(CONNECTION));
      assertThat(fields(tape.only()))
          .containsEntry("event", "dev.pounce.Connection")
          .containsEntry("reason", "client_disconnect");
    }
  }

  @Test
  void request_withoutATrace_hasNoTraceId() {
    try (Tape tape = new Tape()) {
      RequestStarted untraced = started(42, 1);
      give(untraced, completed(untraced));
      assertThat(fields(tape.only()))
          .containsEntry("traceId", null)
          .containsEntry("requestId", RequestId.of(42, 1).toString());
    }
  }

  @Test
  void requests_withTheSameIdOfAPeer_areTwo() {
    RequestStarted twin = started(RequestId.adopt("a1b2c3"), CONNECTION, null);
    try (Tape tape = new Tape()) {
      give(REQUEST, twin, completed(REQUEST), failed(twin));
      assertThat(tape.read())
          .extracting(event -> event.getString("requestId"), event -> event.getString("outcome"))
          .containsExactlyInAnyOrder(tuple("a1b2c3", "completed"), tuple("a1b2c3", "failed"));
    }
  }

  @Test
  void connection_isAnEventWithAllThatIsKnown() {
    try (Tape tape = new Tape()) {
      give(CONNECTION, closed(CONNECTION));
      assertThat(fields(tape.only()))
          .isEqualTo(
              fields(
                  "dev.pounce.Connection",
                  "connectionId",
                  42L,
                  "workerId",
                  2,
                  "clientAddress",
                  "192.168.1.100",
                  "clientPort",
                  54321,
                  "serverAddress",
                  "0.0.0.0",
                  "serverPort",
                  8000,
                  "protocol",
                  "h1",
                  "requestsServed",
                  5L,
                  "bytesSent",
                  20480L,
                  "reason",
                  "client_disconnect"));
    }
  }

  @Test
  void rejection_isAnEventWithAllThatIsKnown() {
    try (Tape tape = new Tape()) {
      give(rejected(CONNECTION));
      assertThat(fields(tape.only()))
          .isEqualTo(
              fields(
                  "dev.pounce.Rejection",
                  "connectionId",
                  42L,
                  "workerId",
                  2,
                  "clientAddress",
                  "192.168.1.100",
                  "clientPort",
                  54321,
                  "requestId",
                  RequestId.of(42, 1).toString(),
                  "method",
                  "PUT",
                  "path",
                  "/upload",
                  "reason",
                  "too_large",
                  "status",
                  413,
                  "bytesSent",
                  18L,
                  "totalTime",
                  Duration.ofMillis(9)));
    }
  }

  @Test
  void drain_isAnEventWithAllThatIsKnown() {
    try (Tape tape = new Tape()) {
      give(
          new DrainStarted(3, 17, Instant.EPOCH),
          new DrainCompleted(3, 1, Duration.ofSeconds(30), Instant.EPOCH));
      assertThat(fields(tape.only()))
          .isEqualTo(
              fields("dev.pounce.Drain", "workerId", 3, "activeRequests", 17, "requestsCut", 1));
    }
  }

  @Test
  void workerReplacement_isAnEventWithAllThatIsKnown() {
    try (Tape tape = new Tape()) {
      give(new WorkerReplaced(3, "signal 9", Instant.EPOCH));
      assertThat(fields(tape.only()))
          .isEqualTo(fields("dev.pounce.WorkerReplacement", "workerId", 3, "cause", "signal 9"));
    }
  }

  @Test
  void reload_isAnEventWithAllThatIsKnown() {
    try (Tape tape = new Tape()) {
      give(new ReloadCompleted(2, "no such class", Duration.ofMillis(30), Instant.EPOCH));
      assertThat(fields(tape.only()))
          .isEqualTo(
              fields(
                  "dev.pounce.Reload",
                  "generation",
                  2,
                  "failure",
                  "no such class",
                  "totalTime",
                  Duration.ofMillis(30)));
    }
  }

  @Test
  void duration_isFromTheFirstEventOfAStoryToItsLast() {
    List<LifecycleEvent> beginnings =
        List.of(CONNECTION, REQUEST, new DrainStarted(3, 17, Instant.EPOCH));
    List<LifecycleEvent> endings =
        List.of(
            new DrainCompleted(3, 1, Duration.ZERO, Instant.EPOCH),
            completed(REQUEST),
            closed(CONNECTION));
    try (Tape tape = new Tape()) {
      Instant before = Instant.now();
      beginnings.forEach(collector::record);
      Instant begun = Instant.now();
      while (Instant.now().isBefore(begun.plusMillis(5))) {
        Thread.onSpinWait();
      }
      Instant ending = Instant.now();
      endings.forEach(collector::record);
      Instant after = Instant.now();
      // The recorder's clock and this one's are not read in step.
      Duration slack = Duration.ofMillis(1);
      assertThat(tape.read())
          .hasSize(3)
          .allSatisfy(event ->
              assertThat(event.getDuration())
                  .isBetween(
                      Duration.between(begun, ending).minus(slack),
                      Duration.between(before, after).plus(slack)));
    }
  }

  @Test
  void requests_ofManyThreads_areAllRecorded() {
    int threads = 8;
    int requests = 500;
    try (Tape tape = new Tape()) {
      try (ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int thread = 1; thread <= threads; thread++) {
          ConnectionOpened connection = opened(thread);
          connections.execute(() -> {
            give(connection);
            for (int n = 1; n <= requests; n++) {
              RequestStarted request = started(connection.connectionId(), n);
              give(request, completed(request));
            }
            give(closed(connection));
          });
        }
      }
      assertThat(
              tape.read().stream()
                  .collect(
                      Collectors.groupingBy(
                          event -> event.getEventType().getName(), Collectors.counting())))
          .isEqualTo(
              Map.of(
                  "dev.pounce.Request",
                  (long) threads * requests,
                  "dev.pounce.Connection",
                  (long) threads));
    }
    assertThat(collector.underWay()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev.pounce.Request", "dev.pounce.Connection"})
  void story_shorterThanTheThreshold_isLeftOut(String type) {
    try (Tape tape = new Tape(Map.of(type + "#threshold", "1 h"))) {
      give(CONNECTION, REQUEST, completed(REQUEST), closed(CONNECTION));
      assertThat(tape.only().getEventType().getName()).isNotEqualTo(type);
    }
    assertThat(collector.underWay()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Request", "Connection", "Rejection", "Drain", "WorkerReplacement", "Reload"})
  void type_switchedOff_isLeftOut(String type) {
    try (Tape tape = new Tape(Map.of("dev.pounce." + type + "#enabled", "false"))) {
      oneOfEach();
      assertThat(tape.read())
          .hasSize(5)
          .noneMatch(event -> event.getEventType().getName().endsWith(type));
    }
  }

  @Test
  void story_endingAfterTheRecording_isForgotten() {
    try (Tape _ = new Tape()) {
      give(CONNECTION, REQUEST, new DrainStarted(3, 17, Instant.EPOCH));
      assertThat(collector.underWay()).isEqualTo(3);
    }
    give(
        completed(REQUEST),
        closed(CONNECTION),
        new DrainCompleted(3, 1, Duration.ZERO, Instant.EPOCH));
    assertThat(collector.underWay()).isZero();
  }

  @Test
  void story_begunBeforeTheRecording_isLeftOut() {
    give(CONNECTION, REQUEST, new DrainStarted(3, 17, Instant.EPOCH));
    try (Tape tape = new Tape()) {
      give(
          completed(REQUEST),
          closed(CONNECTION),
          new DrainCompleted(3, 1, Duration.ZERO, Instant.EPOCH));
      assertThat(tape.read()).isEmpty();
    }
  }

  @Test
  void record_withoutARecording_allocatesNothing() {
    LifecycleEvent[] events = {
      CONNECTION,
      REQUEST,
      completed(REQUEST),
      failed(REQUEST),
      left(CONNECTION, REQUEST),
      rejected(CONNECTION),
      new DrainStarted(3, 17, Instant.EPOCH),
      new DrainCompleted(3, 1, Duration.ZERO, Instant.EPOCH),
      new WorkerReplaced(3, "exit 1", Instant.EPOCH),
      new ReloadCompleted(2, null, Duration.ZERO, Instant.EPOCH),
      closed(CONNECTION)
    };
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    FlightRecorder.getFlightRecorder(); // started, but idle: the dearer case
    give(events); // links the switch
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1_000; i++) {
      for (LifecycleEvent event : events) {
        collector.record(event);
      }
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1_000);
  }

  private void oneOfEach() {
    give(
        CONNECTION,
        REQUEST,
        completed(REQUEST),
        rejected(CONNECTION),
        new DrainStarted(3, 17, Instant.EPOCH),
        new DrainCompleted(3, 1, Duration.ZERO, Instant.EPOCH),
        new WorkerReplaced(3, "exit 1", Instant.EPOCH),
        new ReloadCompleted(2, null, Duration.ZERO, Instant.EPOCH),
        closed(CONNECTION));
  }

  private void give(LifecycleEvent... events) {
    for (LifecycleEvent event : events) {
      collector.record(event);
    }
  }

  /** The event's own fields; those of every event are left out. */
  private static Map<String, Object> fields(RecordedEvent event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("event", event.getEventType().getName());
    event.getFields().stream()
        .map(ValueDescriptor::getName)
        .filter(
            name -> !List.of("startTime", "duration", "eventThread", "stackTrace").contains(name))
        .forEach(name -> fields.put(name, value(event, name)));
    return fields;
  }

  private static Object value(RecordedEvent event, String name) {
    Object value = event.getValue(name);
    return switch (value) {
      case RecordedClass type -> type.getName();
      case Long _ when name.endsWith("Time") -> event.getDuration(name);
      case null, default -> value;
    };
  }

  private static Map<String, Object> fields(String type, Object... namesAndValues) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("event", type);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return fields;
  }
}
