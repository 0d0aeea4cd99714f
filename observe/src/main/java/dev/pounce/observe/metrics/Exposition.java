package dev.pounce.observe.metrics;

import dev.pounce.observe.metrics.Family.Label;
import dev.pounce.observe.metrics.Family.Sample;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes families of metrics.
 *
 * <p>The two formats differ in little: OpenMetrics names a family without the suffix of its
 * samples, knows infos, tells the unit, has exemplars, escapes quotes in help texts, and says where
 * it ends. Numbers are decimal and without an exponent in both; bounds of buckets have a decimal
 * always, as OpenMetrics asks for, so that a series keeps its name when the format changes.
 */
final class Exposition {

  private final Format format;
  private final StringBuilder text = new StringBuilder();

  private Exposition(Format format) {
    this.format = format;
  }

  static String of(List<Family> families, Format format) {
    Exposition exposition = new Exposition(format);
    families.forEach(exposition::family);
    return exposition.end();
  }

  private String end() {
    if (format == Format.OPENMETRICS) {
      text.append("# EOF\n");
    }
    return text.toString();
  }

  private void family(Family family) {
    switch (format) {
      case TEXT -> {
        String name = family.name() + family.type().suffix;
        boolean info = family.type() == Family.Type.INFO;
        comment("HELP", name, escaped(family.help(), false));
        comment("TYPE", name, info ? Family.Type.GAUGE.label : family.type().label);
      }
      case OPENMETRICS -> {
        comment("TYPE", family.name(), family.type().label);
        String unit = family.unit();
        if (unit != null) {
          comment("UNIT", family.name(), unit);
        }
        comment("HELP", family.name(), escaped(family.help(), true));
      }
    }
    for (Sample sample : family.samples()) {
      text.append(family.name()).append(family.type().suffix).append(sample.suffix());
      if (!sample.labels().isEmpty()) {
        labels(sample.labels());
      }
      text.append(' ').append(sample.value().toPlainString());
      if (format == Format.OPENMETRICS) {
        exemplar(sample.exemplar());
      }
      text.append('\n');
    }
  }

  private void comment(String keyword, String name, String rest) {
    text.append("# ").append(keyword).append(' ').append(name).append(' ');
    text.append(rest).append('\n');
  }

  private void labels(List<Label> labels) {
    char before = '{';
    for (Label label : labels) {
      text.append(before).append(label.name()).append("=\"");
      text.append(escaped(label.value(), true)).append('"');
      before = ',';
    }
    text.append('}');
  }

  private void exemplar(@Nullable Exemplar exemplar) {
    if (exemplar != null) {
      text.append(" # ");
      labels(
          List.of(
              new Label("span_id", exemplar.spanId()), new Label("trace_id", exemplar.traceId())));
      text.append(' ').append(Family.seconds(exemplar.duration()).toPlainString());
      text.append(' ').append(Family.seconds(exemplar.sinceEpoch()).toPlainString());
    }
  }

  private static String escaped(String value, boolean quotes) {
    String escaped = value.replace("\\", "\\\\").replace("\n", "\\n");
    return quotes ? escaped.replace("\"", "\\\"") : escaped;
  }
}
