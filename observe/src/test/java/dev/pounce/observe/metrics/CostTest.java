package dev.pounce.observe.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.RequestRejected.Reason;
import dev.pounce.testkit.Allocation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a collector does not cost. */
@Timeout(60)
class CostTest {

  @Test
  void record_makesNoGarbage() {
    List<LifecycleEvent> events = oneOfEach();
    PrometheusCollector collector = new PrometheusCollector();
    record(events, 10_000, collector);

    assertThat(Allocation.of(() -> record(events, 10_000, collector)))
        .as("bytes for %s events", 10_000 * events.size())
        .isLessThan(10_000);
  }

  private static List<LifecycleEvent> oneOfEach() {
    List<LifecycleEvent> events = new ArrayList<>();
    Story story = Story.on(events::add).opened();
    story.answered("GET", 200, 10, Duration.ofMillis(5));
    story.failed(story.started("GET"), 500, 10, Duration.ofMillis(5));
    story.left(story.started("GET"), 10);
    story.rejected(Reason.RATE, 429, 10);
    story.closed();
    return events;
  }

  private static void record(
      List<LifecycleEvent> events, int times, PrometheusCollector collector) {
    for (int i = 0; i < times; i++) {
      for (int event = 0; event < events.size(); event++) {
        collector.record(events.get(event));
      }
    }
  }

  /** The first question to a bean loads hundreds of classes: not while a server starts. */
  @Test
  void collector_untilItExports_loadsNoBeans() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName())
            .redirectErrorStream(true)
            .start();
    String[] output =
        new String(process.getInputStream().readAllBytes(), UTF_8).split(Program.RECORDED);

    assertThat(process.waitFor()).isZero();
    assertThat(output).hasSize(2);
    assertThat(output[0]).contains("PrometheusCollector").doesNotContain("java.lang.management.");
    assertThat(output[1]).contains("java.lang.management.");
  }

  /** Records, says so, and exports. */
  static final class Program {
    static final String RECORDED = "--- recorded ---";

    public static void main(String... arguments) {
      PrometheusCollector collector = new PrometheusCollector();
      Story.on(collector).opened().answered("GET", 200, 0, Duration.ZERO);
      System.out.println(RECORDED);
      collector.export();
    }
  }
}
