package dev.pounce.observe.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.Distribution;
import dev.pounce.observe.RequestRejected.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus's own tool reads what we export. */
@Timeout(60)
class PromtoolTest {

  @TempDir private Path directory;

  @Test
  void text_isReadWithoutComplaint() throws Exception {
    Path metrics = Files.writeString(directory.resolve("metrics"), busy().export());

    assertThat(Promtool.check(metrics)).isEmpty();
  }

  /** Promtool reads OpenMetrics only to store it, for which it wants a time behind each value. */
  @Test
  void openMetrics_isStoredToTheLastSample() throws Exception {
    String text = busy().export(Format.OPENMETRICS);
    String timed = text.replaceAll("(?m)^([^#].*?)( #.*)?$", "$1 1770891330$2");
    Path metrics = Files.writeString(directory.resolve("metrics"), timed);

    String blocks =
        Promtool.run(
            metrics,
            "tsdb",
            "create-blocks-from",
            "openmetrics",
            metrics.toString(),
            directory.resolve("blocks").toString());

    long samples = text.lines().filter(line -> !line.startsWith("#")).count();
    assertThat(text).contains(" # {span_id=");
    assertThat(numberOfSamples(blocks)).isEqualTo(samples);
  }

  private static PrometheusCollector busy() {
    PrometheusCollector collector = new PrometheusCollector();
    Distribution lag =
        new Distribution(List.of(Duration.ofMillis(1)), List.of(1L, 2L), Duration.ofMillis(9));
    collector.attached(new Server(lag, 4, 1, 2, 3));
    Story story = Story.on(collector).opened();
    story.answered("GET", 200, 1234, Duration.ofMillis(5));
    story.completed(story.started("PROPFIND", new Span("1", true)), 700, 10, Duration.ofSeconds(3));
    story.rejected(Reason.TOO_LARGE, 413, 10);
    story.left(story.started("GET"), 10);
    return collector;
  }

  /** Of the table that promtool prints of a block. */
  private static long numberOfSamples(String blocks) {
    List<String> lines = blocks.lines().toList();
    int column = lines.get(0).indexOf("NUM SAMPLES");
    return Long.parseLong(lines.get(1).substring(column).split(" ")[0]);
  }
}
