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

import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.DrainCompleted;
import dev.pounce.observe.DrainStarted;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.ReloadCompleted;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.WorkerReplaced;
import dev.pounce.testkit.Allocation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import jdk.jfr.FlightRecorder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which events are recorded, when, and at what cost. */
class FlightCollectorTest {

  private static final ConnectionOpened CONNECTION = opened(42);
  private static final RequestStarted REQUEST =
      started(RequestId.adopt("a1b2c3"), CONNECTION, Story.trace());

  private final FlightCollector collector = new FlightCollector();

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
    FlightRecorder.getFlightRecorder(); // started, but idle: the dearer case
    give(events); // links the switch
    assertThat(Allocation.of(() -> giveAgainAndAgain(1_000, events))).isLessThan(1_000);
  }

  private void giveAgainAndAgain(int times, LifecycleEvent... events) {
    for (int i = 0; i < times; i++) {
      give(events);
    }
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
}
