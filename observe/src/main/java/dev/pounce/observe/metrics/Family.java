package dev.pounce.observe.metrics;

import dev.pounce.observe.Distribution;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A metric and its samples, as both formats can tell them.
 *
 * @param name without the suffix of the type
 * @param help one sentence
 */
record Family(String name, Type type, String help, List<Sample> samples) {

  /** What a metric is, and what its samples' names end with. */
  enum Type {
    COUNTER("counter", "_total"),
    GAUGE("gauge", ""),
    HISTOGRAM("histogram", ""),
    SUMMARY("summary", ""),
    INFO("info", "_info");

    final String label;

    /** What all samples' names end with; those of histograms and summaries have their own. */
    final String suffix;

    Type(String label, String suffix) {
      this.label = label;
      this.suffix = suffix;
    }
  }

  record Label(String name, String value) {}

  record Sample(String suffix, List<Label> labels, BigDecimal value, @Nullable Exemplar exemplar) {

    /** The same with more labels. */
    Sample labelled(List<Label> more) {
      List<Label> all = new ArrayList<>(labels);
      all.addAll(more);
      return new Sample(suffix, all, value, exemplar);
    }

    /** The same under another name. */
    Sample named(String suffix) {
      return new Sample(suffix, labels, value, exemplar);
    }
  }

  static Family counter(String name, String help, Sample sample) {
    return counter(name, help, Stream.of(sample));
  }

  static Family counter(String name, String help, Stream<Sample> samples) {
    return new Family(name, Type.COUNTER, help, samples.toList());
  }

  static Family gauge(String name, String help, Stream<Sample> samples) {
    return new Family(name, Type.GAUGE, help, samples.toList());
  }

  static Family gauge(String name, String help, Sample sample) {
    return gauge(name, help, Stream.of(sample));
  }

  /** A histogram; {@code exemplars} gives that of each bucket, by its number. */
  static Family histogram(
      String name, String help, Distribution values, IntFunction<@Nullable Exemplar> exemplars) {
    List<Sample> samples = new ArrayList<>();
    long count = 0;
    for (int bucket = 0; bucket < values.counts().size(); bucket++) {
      boolean last = bucket == values.bounds().size();
      String bound = last ? "+Inf" : seconds(values.bounds().get(bucket)).toPlainString();
      count += values.counts().get(bucket);
      samples.add(
          new Sample(
              "_bucket",
              List.of(new Label("le", bound)),
              BigDecimal.valueOf(count),
              exemplars.apply(bucket)));
    }
    samples.add(new Sample("_sum", List.of(), seconds(values.sum()), null));
    samples.add(new Sample("_count", List.of(), BigDecimal.valueOf(count), null));
    return new Family(name, Type.HISTOGRAM, help, samples);
  }

  /** A sample; {@code labels} are names and values in turn. */
  static Sample sample(long value, String... labels) {
    return sample(BigDecimal.valueOf(value), labels);
  }

  static Sample sample(BigDecimal value, String... labels) {
    List<Label> pairs = new ArrayList<>();
    for (int i = 0; i < labels.length; i += 2) {
      pairs.add(new Label(labels[i], labels[i + 1]));
    }
    return new Sample("", pairs, value, null);
  }

  /** The duration in seconds, exactly, with one decimal at least. */
  static BigDecimal seconds(Duration duration) {
    BigDecimal nanos = BigDecimal.valueOf(duration.getNano(), 9);
    BigDecimal seconds = BigDecimal.valueOf(duration.getSeconds()).add(nanos).stripTrailingZeros();
    return seconds.scale() < 1 ? seconds.setScale(1) : seconds;
  }

  /** The same with the samples of another of its name. */
  Family and(Family other) {
    return new Family(
        name, type, help, Stream.concat(samples.stream(), other.samples.stream()).toList());
  }

  /** The same with more labels on all samples. */
  Family labelled(List<Label> more) {
    return new Family(
        name, type, help, samples.stream().map(sample -> sample.labelled(more)).toList());
  }

  /** What the samples are measured in, if the name says so. */
  @Nullable String unit() {
    if (name.endsWith("_seconds")) {
      return "seconds";
    }
    return name.endsWith("_bytes") ? "bytes" : null;
  }
}
