package dev.pounce.observe.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pounce.observe.metrics.Family.Label;
import dev.pounce.observe.metrics.Family.Sample;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The Prometheus Java client: its model of our families, and its writers. */
final class Client {

  private Client() {}

  static String write(MetricSnapshots snapshots, Format format) throws IOException {
    ExpositionFormatWriter writer =
        switch (format) {
          case TEXT -> PrometheusTextFormatWriter.create();
          case OPENMETRICS -> OpenMetricsTextFormatWriter.create();
        };
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.write(out, snapshots);
    return out.toString(UTF_8);
  }

  static MetricSnapshots snapshots(List<Family> families) {
    return new MetricSnapshots(families.stream().map(Client::snapshot).toList());
  }

  private static MetricSnapshot snapshot(Family family) {
    return switch (family.type()) {
      case COUNTER -> {
        CounterSnapshot.Builder counter = CounterSnapshot.builder();
        for (Sample sample : family.samples()) {
          counter.dataPoint(new CounterDataPointSnapshot(value(sample), labels(sample), null, 0));
        }
        yield described(counter, family);
      }
      case GAUGE -> {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder();
        for (Sample sample : family.samples()) {
          gauge.dataPoint(new GaugeDataPointSnapshot(value(sample), labels(sample), null));
        }
        yield described(gauge, family);
      }
      case HISTOGRAM ->
          described(HistogramSnapshot.builder().dataPoint(histogram(family.samples())), family);
      case SUMMARY ->
          described(SummarySnapshot.builder().dataPoint(summary(family.samples())), family);
      case INFO ->
          InfoSnapshot.builder()
              .name(family.name())
              .help(family.help())
              .dataPoint(
                  InfoSnapshot.InfoDataPointSnapshot.builder()
                      .labels(labels(family.samples().getFirst()))
                      .build())
              .build();
    };
  }

  private static MetricSnapshot described(MetricSnapshot.Builder<?> builder, Family family) {
    return builder.name(family.name()).help(family.help()).unit(unit(family.unit())).build();
  }

  private static @Nullable Unit unit(@Nullable String unit) {
    return switch (unit) {
      case "seconds" -> Unit.SECONDS;
      case "bytes" -> Unit.BYTES;
      case null, default -> null;
    };
  }

  private static HistogramDataPointSnapshot histogram(List<Sample> samples) {
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    Exemplars.Builder exemplars = Exemplars.builder();
    long below = 0;
    double sum = 0;
    for (Sample sample : samples) {
      if (sample.suffix().equals("_sum")) {
        sum = value(sample);
      } else if (sample.suffix().equals("_bucket")) {
        String bound = sample.labels().getFirst().value().replace("+Inf", "Infinity");
        buckets.bucket(Double.parseDouble(bound), sample.value().longValueExact() - below);
        below = sample.value().longValueExact();
        if (sample.exemplar() != null) {
          exemplars.exemplar(exemplar(Objects.requireNonNull(sample.exemplar())));
        }
      }
    }
    return HistogramDataPointSnapshot.builder()
        .classicHistogramBuckets(buckets.build())
        .sum(sum)
        .exemplars(exemplars.build())
        .build();
  }

  private static io.prometheus.metrics.model.snapshots.Exemplar exemplar(Exemplar exemplar) {
    return io.prometheus.metrics.model.snapshots.Exemplar.builder()
        .traceId(exemplar.traceId())
        .spanId(exemplar.spanId())
        .value(exemplar.duration().toNanos() / 1e9)
        .timestampMillis(exemplar.timestamp().toEpochMilli())
        .build();
  }

  private static SummaryDataPointSnapshot summary(List<Sample> samples) {
    return SummaryDataPointSnapshot.builder()
        .count(samples.get(0).value().longValueExact())
        .sum(value(samples.get(1)))
        .labels(labels(samples.get(0)))
        .build();
  }

  private static double value(Sample sample) {
    return sample.value().doubleValue();
  }

  private static Labels labels(Sample sample) {
    return Labels.of(
        sample.labels().stream().map(Label::name).toList(),
        sample.labels().stream().map(Label::value).toList());
  }
}
