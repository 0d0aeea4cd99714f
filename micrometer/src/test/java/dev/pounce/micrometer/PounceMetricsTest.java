package dev.pounce.micrometer;

import static dev.pounce.micrometer.Events.closed;
import static dev.pounce.micrometer.Events.completed;
import static dev.pounce.micrometer.Events.failed;
import static dev.pounce.micrometer.Events.left;
import static dev.pounce.micrometer.Events.opened;
import static dev.pounce.micrometer.Events.rejected;
import static dev.pounce.micrometer.Events.started;
import static dev.pounce.micrometer.Events.vitals;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.ReloadCompleted;
import dev.pounce.observe.RequestRejected.Reason;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.WorkerReplaced;
import dev.pounce.testkit.Allocation;
import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PounceMetricsTest {

  private static final Duration FAST = Duration.ofMillis(7);
  private static final ConnectionOpened CONNECTION = opened(1);
  private static final RequestStarted GET = started(CONNECTION, "GET");

  private final PounceMetrics metrics = new PounceMetrics();
  private final MeterRegistry registry = new SimpleMeterRegistry();

  PounceMetricsTest() {
    metrics.bindTo(registry);
  }

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void responses_countByMethodAndStatus() {
    give(
        completed(GET, 200, FAST),
        completed(GET, 200, FAST),
        completed(GET, 404, FAST),
        completed(started(CONNECTION, "POST"), 201, FAST));
    assertThat(count("http.requests", "method", "GET", "status", "200")).isEqualTo(2);
    assertThat(count("http.requests", "method", "GET", "status", "404")).isEqualTo(1);
    assertThat(count("http.requests", "method", "POST", "status", "201")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"get", "PROPFIND", "-", "''"})
  void method_thatIsNotStandard_countsAsOther(String method) {
    give(completed(started(CONNECTION, method), 200, FAST));
    assertThat(count("http.requests", "method", "_OTHER", "status", "200")).isEqualTo(1);
  }

  @Test
  void status_thatIsNone_countsAsOther() {
    give(completed(GET, 99, FAST), completed(GET, 600, FAST));
    assertThat(count("http.requests", "method", "GET", "status", "_OTHER")).isEqualTo(2);
  }

  @Test
  void request_thatFailedWithAnAnswer_countsAsARequest() {
    give(GET, failed(GET, 500));
    assertThat(count("http.requests", "method", "GET", "status", "500")).isEqualTo(1);
    assertThat(registry.get("http.request.duration").timer().count()).isEqualTo(1);
    assertThat(gauge("http.requests.in.flight")).isZero();
  }

  @Test
  void request_thatFailedWithoutAnAnswer_isOnlyNoLongerInFlight() {
    give(GET, failed(GET, 0));
    assertThat(registry.find("http.requests").meters()).isEmpty();
    assertThat(registry.get("http.request.duration").timer().count()).isZero();
    assertThat(gauge("http.requests.in.flight")).isZero();
  }

  @Test
  void durations_areTimed() {
    give(completed(GET, 200, FAST), completed(GET, 200, Duration.ofMillis(93)));
    assertThat(registry.get("http.request.duration").timer().count()).isEqualTo(2);
    assertThat(registry.get("http.request.duration").timer().totalTime(MILLISECONDS))
        .isEqualTo(100);
    assertThat(registry.get("http.request.duration").timer().max(MILLISECONDS)).isEqualTo(93);
  }

  @Test
  void webSocket_countsAsARequestAndIsNotTimed() {
    RequestStarted opened = started(CONNECTION, "GET", Protocol.WEBSOCKET);
    give(opened, completed(opened, 101, Duration.ofHours(24)));
    assertThat(count("http.requests", "method", "GET", "status", "101")).isEqualTo(1);
    assertThat(registry.get("http.request.duration").timer().count()).isZero();
    assertThat(gauge("http.requests.in.flight")).isZero();
  }

  @Test
  void rejections_countByReason_andNowhereElse() {
    give(
        rejected(CONNECTION, Reason.TOO_LARGE),
        rejected(CONNECTION, Reason.TOO_LARGE),
        rejected(CONNECTION, Reason.OVER_LIMIT));
    assertThat(count("http.requests.rejected", "reason", "too_large")).isEqualTo(2);
    assertThat(count("http.requests.rejected", "reason", "over_limit")).isEqualTo(1);
    assertThat(count("http.requests.rejected", "reason", "malformed")).isZero();
    assertThat(registry.find("http.requests").meters()).isEmpty();
    assertThat(registry.get("http.request.duration").timer().count()).isZero();
    assertThat(gauge("http.requests.in.flight")).isZero();
  }

  @Test
  void client_thatLeft_countsAsDisconnect_andNowhereElse() {
    give(GET, left(CONNECTION, GET), left(CONNECTION, null));
    assertThat(count("http.client.disconnects")).isEqualTo(2);
    assertThat(gauge("http.requests.in.flight")).isZero();
    assertThat(registry.find("http.requests").meters()).isEmpty();
    assertThat(registry.get("http.request.duration").timer().count()).isZero();
  }

  @Test
  void bytes_ofEveryEvent_count() {
    give(
        completed(GET, 200, FAST),
        failed(GET, 500),
        left(CONNECTION, GET),
        rejected(CONNECTION, Reason.TOO_LARGE));
    assertThat(count("http.bytes.sent")).isEqualTo(1234);
  }

  @Test
  void gauges_tellWhatIsOpen_inAllAndOfEachWorker() {
    give(opened(1), opened(2), opened(2), started(opened(2), "GET"));
    assertThat(gauge("http.connections.active")).isEqualTo(3);
    assertThat(gauge("pounce.worker.connections", "worker_id", "1")).isEqualTo(1);
    assertThat(gauge("pounce.worker.connections", "worker_id", "2")).isEqualTo(2);
    assertThat(gauge("http.requests.in.flight")).isEqualTo(1);
    assertThat(gauge("pounce.worker.requests.in.flight", "worker_id", "1")).isZero();
    assertThat(gauge("pounce.worker.requests.in.flight", "worker_id", "2")).isEqualTo(1);
    give(closed(opened(2)));
    assertThat(gauge("http.connections.active")).isEqualTo(2);
    assertThat(gauge("pounce.worker.connections", "worker_id", "2")).isEqualTo(1);
  }

  @Test
  void workers_haveTheProcessTheyLiveIn() {
    give(opened(1));
    assertThat(gauge("pounce.worker.connections", "worker_pid", "" + ProcessHandle.current().pid()))
        .isEqualTo(1);
  }

  @Test
  void restartsAndReloads_areCounted() {
    give(
        new WorkerReplaced(3, "signal 9", Instant.EPOCH),
        new ReloadCompleted(2, null, FAST, Instant.EPOCH),
        new ReloadCompleted(3, null, FAST, Instant.EPOCH),
        new ReloadCompleted(3, "out of stock", FAST, Instant.EPOCH));
    assertThat(count("pounce.worker.restarts")).isEqualTo(1);
    assertThat(count("pounce.reloads", "result", "success")).isEqualTo(2);
    assertThat(count("pounce.reloads", "result", "failure")).isEqualTo(1);
  }

  @Test
  void vitals_ofAllServers_areTakenTogether() {
    metrics.attached(vitals(5, 3, 7, 11, 13));
    metrics.attached(vitals(50, 30, 70, 110, 130));
    assertThat(count("pounce.scheduler.stalls")).isEqualTo(33);
    assertThat(count("pounce.log.lines.dropped")).isEqualTo(77);
    assertThat(count("pounce.collector.failures")).isEqualTo(121);
    assertThat(count("pounce.spans.dropped")).isEqualTo(143);
    assertThat(registry.get("pounce.scheduler.lag").functionTimer().count()).isEqualTo(55);
    assertThat(registry.get("pounce.scheduler.lag").functionTimer().totalTime(MILLISECONDS))
        .isEqualTo(55);
  }

  @Test
  void registry_boundLate_hasWhatWasCountedBefore() {
    give(CONNECTION, GET, completed(GET, 200, FAST), rejected(CONNECTION, Reason.RATE));
    MeterRegistry late = new SimpleMeterRegistry();
    metrics.bindTo(late);
    assertThat(late.get("http.requests").tags("status", "200").functionCounter().count())
        .isEqualTo(1);
    assertThat(late.get("http.requests.rejected").tags("reason", "rate").functionCounter().count())
        .isEqualTo(1);
    assertThat(late.get("pounce.worker.connections").gauge().value()).isEqualTo(1);
    assertThat(late.get("http.request.duration").timer().count()).isZero();
  }

  @Test
  void registries_haveTheSame() {
    MeterRegistry other = new SimpleMeterRegistry();
    metrics.bindTo(other);
    give(CONNECTION, GET, completed(GET, 200, FAST));
    assertThat(values(other)).isEqualTo(values(registry)).isNotEmpty();
  }

  @Test
  void registry_boundTwice_timesOnce() {
    metrics.bindTo(registry);
    give(completed(GET, 200, FAST));
    assertThat(registry.get("http.request.duration").timer().count()).isEqualTo(1);
  }

  @Test
  void close_takesItsMetersOutOfEveryRegistry_andNoOthers() {
    CompositeMeterRegistry composite = new CompositeMeterRegistry();
    MeterRegistry child = new SimpleMeterRegistry();
    composite.add(child);
    composite.counter("mine").increment();
    metrics.bindTo(composite);
    give(CONNECTION, GET, completed(GET, 200, FAST));
    metrics.close();
    give(opened(2), completed(GET, 404, FAST));
    assertThat(registry.getMeters()).isEmpty();
    assertThat(composite.getMeters())
        .extracting(meter -> meter.getId().getName())
        .containsExactly("mine");
    assertThat(child.getMeters())
        .extracting(meter -> meter.getId().getName())
        .containsExactly("mine");
  }

  @Test
  void close_canBeFollowedByBinding() {
    give(completed(GET, 200, FAST));
    metrics.close();
    metrics.bindTo(registry);
    assertThat(count("http.requests", "status", "200")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void meter_isAsDocumented(PounceMeter documented) {
    give(CONNECTION, GET, completed(GET, 200, FAST));
    for (Meter meter : registry.get(documented.getName()).meters()) {
      assertThat(meter.getId().getType()).isEqualTo(documented.getType());
      assertThat(meter.getId().getDescription()).isEqualTo(documented.description());
      assertThat(meter.getId().getTags())
          .extracting(Tag::getKey)
          .containsExactlyInAnyOrder(
              Arrays.stream(documented.getKeyNames())
                  .map(KeyName::asString)
                  .toArray(String[]::new));
    }
  }

  @Test
  void meters_areAllDocumented() {
    give(CONNECTION, GET, completed(GET, 200, FAST));
    assertThat(
            registry.getMeters().stream()
                .map(Meter::getId)
                .filter(id -> id.syntheticAssociation() == null) // not the timer's buckets
                .map(Meter.Id::getName)
                .distinct())
        .containsExactlyInAnyOrder(
            Arrays.stream(PounceMeter.values()).map(PounceMeter::getName).toArray(String[]::new));
  }

  @Test
  void events_ofManyThreads_areAllCounted() {
    int threads = 8;
    int requests = 2_000;
    try (ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int thread = 0; thread < threads; thread++) {
        ConnectionOpened connection = opened(1 + thread % 3);
        connections.execute(() -> {
          give(connection);
          for (int n = 0; n < requests; n++) {
            RequestStarted request = started(connection, "GET");
            give(request, completed(request, 200 + n % 50, FAST));
          }
        });
      }
    }
    assertThat(
            registry.get("http.requests").functionCounters().stream()
                .mapToDouble(c -> c.count())
                .sum())
        .isEqualTo(threads * requests);
    assertThat(registry.get("http.request.duration").timer().count()).isEqualTo(threads * requests);
    assertThat(gauge("http.requests.in.flight")).isZero();
    assertThat(gauge("http.connections.active")).isEqualTo(threads);
  }

  @Test
  void request_allocatesAHundredBytesAtMost() {
    LifecycleEvent completed = completed(GET, 200, FAST);
    give(GET, completed); // makes the meters, and links the switch
    int requests = 10_000;
    long allocated =
        Allocation.of(() -> {
          for (int i = 0; i < requests; i++) {
            metrics.record(GET);
            metrics.record(completed);
          }
        });
    assertThat(allocated / requests).isLessThan(100);
  }

  private void give(LifecycleEvent... events) {
    for (LifecycleEvent event : events) {
      metrics.record(event);
    }
  }

  private double count(String name, String... tags) {
    return registry.get(name).tags(tags).functionCounter().count();
  }

  private double gauge(String name, String... tags) {
    return registry.get(name).tags(tags).gauge().value();
  }

  private static Map<Meter.Id, Double> values(MeterRegistry registry) {
    return registry.getMeters().stream()
        .collect(
            Collectors.toMap(Meter::getId, meter -> meter.measure().iterator().next().getValue()));
  }
}
