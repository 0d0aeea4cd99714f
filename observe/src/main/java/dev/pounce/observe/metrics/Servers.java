package dev.pounce.observe.metrics;

import static dev.pounce.observe.metrics.Family.sample;

import dev.pounce.observe.Distribution;
import dev.pounce.observe.Vitals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

/** The metrics that servers tell of themselves beside events. */
final class Servers {

  private Servers() {}

  /** Makes them of what all servers say, taken together; none if there is no server. */
  static List<Family> families(List<Vitals> servers) {
    if (servers.isEmpty()) {
      return List.of();
    }
    return List.of(
        Family.histogram(
            "pounce_scheduler_lag_seconds",
            "How late virtual threads run, in seconds.",
            merged(servers.stream().map(Vitals::schedulerLag).toList()),
            bucket -> null),
        total(
            "pounce_log_lines_dropped",
            "Total log lines lost because the log's sink did not keep up.",
            servers,
            Vitals::logLinesDropped),
        total(
            "pounce_collector_failures",
            "Total failures of collectors of events.",
            servers,
            Vitals::collectorFailures),
        total(
            "pounce_spans_dropped",
            "Total spans of traces lost because nobody took them in time.",
            servers,
            Vitals::spansDropped));
  }

  private static Family total(
      String name, String help, List<Vitals> servers, ToLongFunction<Vitals> figure) {
    return Family.counter(name, help, sample(servers.stream().mapToLong(figure).sum()));
  }

  /** All values together, in the buckets whose bounds all have: so their counts stay exact. */
  private static Distribution merged(List<Distribution> parts) {
    List<Duration> bounds = new ArrayList<>(parts.getFirst().bounds());
    parts.forEach(part -> bounds.retainAll(part.bounds()));
    long[] counts = new long[bounds.size() + 1];
    Duration sum = Duration.ZERO;
    for (Distribution part : parts) {
      int bucket = 0;
      for (int i = 0; i < part.counts().size(); i++) {
        counts[bucket] += part.counts().get(i);
        if (i < part.bounds().size() && bounds.contains(part.bounds().get(i))) {
          bucket++;
        }
      }
      sum = sum.plus(part.sum());
    }
    return new Distribution(bounds, LongStream.of(counts).boxed().toList(), sum);
  }
}
