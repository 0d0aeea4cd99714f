package dev.pounce.observe.flight;

import static dev.pounce.observe.flight.Story.closed;
import static dev.pounce.observe.flight.Story.completed;
import static dev.pounce.observe.flight.Story.failed;
import static dev.pounce.observe.flight.Story.left;
import static dev.pounce.observe.flight.Story.opened;
import static dev.pounce.observe.flight.Story.rejected;
import static dev.pounce.observe.flight.Story.started;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.DrainCompleted;
import dev.pounce.observe.DrainStarted;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.ReloadCompleted;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.WorkerReplaced;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;

/** What the events of a recording say. */
class FlightFieldsTest {

  private static final ConnectionOpened CONNECTION = opened(42);
  private static final RequestStarted REQUEST =
      started(RequestId.adopt("a1b2c3"), CONNECTION, Story.trace());

  /** What the one event says that is made of these. */
  private static Map<String, Object> recorded(LifecycleEvent... events) {
    FlightCollector collector = new FlightCollector();
    try (Tape tape = new Tape()) {
      for (LifecycleEvent event : events) {
        collector.record(event);
      }
      return fields(tape.only());
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

  /** What an event says that has its connection, which it names as well. */
  private static Map<String, Object> ofTheConnection(String type, Object... namesAndValues) {
    Map<String, Object> fields = fields(type, namesAndValues);
    fields.put("connectionId", 42L);
    fields.put("workerId", 2);
    fields.put("clientAddress", "192.168.1.100");
    fields.put("clientPort", 54321);
    return fields;
  }

  @Test
  void response_completed_isARequestWithAllThatIsKnown() {
    assertThat(recorded(REQUEST, completed(REQUEST)))
        .isEqualTo(
            ofTheConnection(
                "dev.pounce.Request",
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

  @Test
  void request_overHttp2_saysWhichStreamItWas() {
    RequestStarted request =
        new RequestStarted(
            CONNECTION,
            REQUEST.requestId(),
            "GET",
            "/",
            "2.0",
            Protocol.H2,
            7,
            null,
            Instant.EPOCH);
    assertThat(recorded(request, completed(request)))
        .containsEntry("protocol", "h2")
        .containsEntry("streamId", 7);
  }

  @Test
  void request_failed_namesTheClassOfTheError() {
    assertThat(recorded(REQUEST, failed(REQUEST)))
        .containsEntry("outcome", "failed")
        .containsEntry("errorClass", IllegalStateException.class.getName())
        .containsEntry("status", 500)
        .containsEntry("bytesSent", 21L)
        .containsEntry("totalTime", Duration.ofMillis(12));
  }

  @Test
  void client_disconnected_endsItsRequest() {
    assertThat(recorded(REQUEST, left(CONNECTION, REQUEST)))
        .containsEntry("outcome", "disconnected")
        .containsEntry("status", 0)
        .containsEntry("bytesSent", 512L)
        .containsEntry("totalTime", Duration.ofMillis(70));
  }

  @Test
  void client_disconnectedBeforeARequest_isTheEndOfItsConnectionAlone() {
    assertThat(recorded(CONNECTION, left(CONNECTION, null), closed(CONNECTION)))
        .containsEntry("event", "dev.pounce.Connection")
        .containsEntry("reason", "client_disconnect");
  }

  @Test
  void request_withoutATrace_hasNoTraceId() {
    RequestStarted untraced = started(42, 1);
    assertThat(recorded(untraced, completed(untraced)))
        .containsEntry("traceId", null)
        .containsEntry("requestId", RequestId.of(42, 1).toString());
  }

  @Test
  void connection_isAnEventWithAllThatIsKnown() {
    assertThat(recorded(CONNECTION, closed(CONNECTION)))
        .isEqualTo(
            ofTheConnection(
                "dev.pounce.Connection",
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

  @Test
  void rejection_isAnEventWithAllThatIsKnown() {
    assertThat(recorded(rejected(CONNECTION)))
        .isEqualTo(
            ofTheConnection(
                "dev.pounce.Rejection",
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

  @Test
  void drain_isAnEventWithAllThatIsKnown() {
    assertThat(
            recorded(
                new DrainStarted(3, 17, Instant.EPOCH),
                new DrainCompleted(3, 1, Duration.ofSeconds(30), Instant.EPOCH)))
        .isEqualTo(
            fields("dev.pounce.Drain", "workerId", 3, "activeRequests", 17, "requestsCut", 1));
  }

  @Test
  void workerReplacement_isAnEventWithAllThatIsKnown() {
    assertThat(recorded(new WorkerReplaced(3, "signal 9", Instant.EPOCH)))
        .isEqualTo(fields("dev.pounce.WorkerReplacement", "workerId", 3, "cause", "signal 9"));
  }

  @Test
  void reload_isAnEventWithAllThatIsKnown() {
    assertThat(
            recorded(new ReloadCompleted(2, "no such class", Duration.ofMillis(30), Instant.EPOCH)))
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
