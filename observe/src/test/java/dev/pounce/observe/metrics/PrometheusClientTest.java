package dev.pounce.observe.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.Distribution;
import dev.pounce.observe.RequestRejected.Reason;
import dev.pounce.observe.metrics.Family.Sample;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What we export is what the Prometheus Java client exports of the same facts. */
class PrometheusClientTest {
  private static final long SEED = 20260212;

  /** The client adds up floating-point numbers: of these it makes no error. */
  private static final Duration SIXTY_FOURTH = Duration.ofSeconds(1).dividedBy(64);

  private final Random random = new Random(SEED);

  @ParameterizedTest
  @EnumSource
  void collector_randomTraffic_exportsWhatTheClientsInstrumentsDo(Format format)
      throws IOException {
    PrometheusCollector collector = new PrometheusCollector();
    Instruments instruments = new Instruments();
    for (int i = 0; i < 2_000; i++) {
      happen(Story.on(collector), instruments);
    }

    assertThat(Normal.families(collector.export(format)))
        .as("seed %s", SEED)
        .filteredOn(family -> family.contains(" http_") || family.equals("# EOF"))
        .isEqualTo(Normal.families(Client.write(instruments.registry.scrape(), format)));
  }

  private void happen(Story story, Instruments instruments) {
    String method = oneOf("GET", "HEAD", "PROPFIND", "PUT");
    switch (random.nextInt(5)) {
      case 0 -> {
        Reason reason = oneOf(Reason.values());
        story.rejected(reason, 400, 0);
        instruments.rejected.labelValues(reason.label()).inc();
      }
      case 1 -> {
        story.opened().started(method);
        instruments.connections.inc();
        instruments.inFlight.inc();
      }
      case 2 -> {
        story.left(null, 0);
        instruments.disconnects.inc();
      }
      default -> {
        int status = 200 + random.nextInt(400);
        int bytes = random.nextInt(100_000);
        Duration duration = SIXTY_FOURTH.multipliedBy(random.nextInt(1 << random.nextInt(12)));
        story.answered(method, status, bytes, duration);
        instruments
            .requests
            .labelValues(method.equals("PROPFIND") ? "_OTHER" : method, "" + status)
            .inc();
        instruments.durations.observe(duration.toNanos() / 1e9);
        instruments.bytes.inc(bytes);
      }
    }
  }

  /** Without exemplars, for which the client would start a thread that never ends. */
  private static final class Instruments {
    final PrometheusRegistry registry = new PrometheusRegistry();
    final Counter requests =
        Counter.builder()
            .withoutExemplars()
            .name("http_requests")
            .help("Total HTTP requests.")
            .labelNames("method", "status")
            .register(registry);
    final Histogram durations =
        Histogram.builder()
            .withoutExemplars()
            .name("http_request_duration_seconds")
            .help("Request duration in seconds.")
            .unit(Unit.SECONDS)
            .classicOnly()
            .classicUpperBounds(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
            .register(registry);
    final Gauge connections =
        Gauge.builder()
            .withoutExemplars()
            .name("http_connections_active")
            .help("Active TCP connections.")
            .register(registry);
    final Gauge inFlight =
        Gauge.builder()
            .withoutExemplars()
            .name("http_requests_in_flight")
            .help("Requests currently being processed.")
            .register(registry);
    final Counter bytes =
        Counter.builder()
            .withoutExemplars()
            .name("http_bytes_sent")
            .help("Total bytes sent in responses.")
            .register(registry);
    final Counter rejected =
        Counter.builder()
            .withoutExemplars()
            .name("http_requests_rejected")
            .help("Total HTTP requests that the server refused.")
            .labelNames("reason")
            .register(registry);
    final Counter disconnects =
        Counter.builder()
            .withoutExemplars()
            .name("http_client_disconnects")
            .help("Total clients that left in the middle of a request.")
            .register(registry);
  }

  @ParameterizedTest
  @EnumSource
  void exposition_randomFamilies_isWhatTheClientsWriterWrites(Format format) throws IOException {
    for (int round = 0; round < 200; round++) {
      List<Family> families = families();

      assertThat(Normal.families(Exposition.of(families, format)))
          .as("seed %s, round %s", SEED, round)
          .isEqualTo(Normal.families(Client.write(Client.snapshots(families), format)));
    }
  }

  private List<Family> families() {
    return List.of(
        Family.counter("jobs", text(), samples()),
        Family.counter("cpu_seconds", text(), Family.sample(Family.seconds(duration()))),
        Family.gauge("memory_bytes", text(), samples()),
        Family.gauge("threads", text(), Family.sample(random.nextInt())),
        Family.histogram("wait_seconds", text(), distribution(), bucket -> exemplar(bucket)),
        new Family(
            "pause_seconds",
            Family.Type.SUMMARY,
            text(),
            List.of(
                Family.sample(random.nextInt(1000), "gc", "G1").named("_count"),
                Family.sample(Family.seconds(duration()), "gc", "G1").named("_sum"))),
        new Family(
            "jvm", Family.Type.INFO, text(), List.of(Family.sample(1, "a", text(), "b", text()))));
  }

  private Stream<Sample> samples() {
    return IntStream.range(0, 1 + random.nextInt(4))
        .mapToObj(i -> Family.sample(random.nextInt(1 << 30), "kind", i + text(), "way", text()));
  }

  /** Bounds from a millisecond on: OpenMetrics wants smaller ones otherwise than the client. */
  private Distribution distribution() {
    List<Duration> bounds =
        List.of(Duration.ofMillis(1), Duration.ofSeconds(1), duration().plusSeconds(2));
    List<Long> counts = new ArrayList<>();
    for (int bucket = 0; bucket < 4; bucket++) {
      counts.add((long) random.nextInt(100));
    }
    return new Distribution(bounds, counts, duration());
  }

  /** None for half of the buckets; its duration is above the bound before. */
  private Exemplar exemplar(int bucket) {
    Duration duration =
        switch (bucket) {
          case 0 -> Duration.ofNanos(1_000 * (1 + random.nextInt(1000)));
          case 1 -> Duration.ofMillis(2 + random.nextInt(998));
          case 2 -> Duration.ofMillis(1001 + random.nextInt(999));
          default -> Duration.ofDays(100);
        };
    Instant timestamp = Instant.ofEpochMilli(random.nextLong(2_000_000_000_000L));
    return random.nextBoolean()
        ? null
        : new Exemplar("4bf92f3577b34da6", "00f067aa", duration, timestamp);
  }

  private Duration duration() {
    return Duration.ofMillis(random.nextInt(10_000_000));
  }

  private String text() {
    StringBuilder text = new StringBuilder("x");
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(oneOf("\\", "\"", "\n", "\\n", "é", "𝄞", "{", "}", ",", "=", " ", "#", "\t"));
    }
    return text.append('x').toString();
  }

  @SafeVarargs
  private <T> T oneOf(T... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
