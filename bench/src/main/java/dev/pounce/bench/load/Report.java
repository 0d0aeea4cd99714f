package dev.pounce.bench.load;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a load tool says of one run.
 *
 * @param requests the requests answered with success
 * @param time how long the run took
 * @param p50 the median latency in microseconds; NaN where the tool has none
 * @param p99 the 99th percentile of the latency in microseconds; NaN where the tool has none
 * @param errors connections and reads that failed, statuses other than success, timeouts
 */
record Report(long requests, Duration time, double p50, double p99, long errors) {
  private static final Pattern H2LOAD_RATE = Pattern.compile("finished in .*?, ([\\d.]+) req/s");
  private static final Pattern H2LOAD_REQUESTS =
      Pattern.compile("(\\d+) failed, (\\d+) errored, (\\d+) timeout");
  private static final Pattern H2LOAD_SUCCESS = Pattern.compile("status codes: (\\d+) 2xx");
  private static final double NANOS_IN_SECOND = Duration.ofSeconds(1).toNanos();

  /** Reads what {@code wrk.lua} and {@link EchoClient} print. */
  static Report ofWrk(String output) {
    return new Report(
        wrk(output, "requests"),
        Duration.ofNanos(1_000 * wrk(output, "micros")),
        wrk(output, "p50"),
        wrk(output, "p99"),
        wrk(output, "errors"));
  }

  private static long wrk(String output, String name) {
    return Long.parseLong(find(Pattern.compile("(?m)^" + name + " (\\d+)$"), output).group(1));
  }

  /** Reads what h2load prints. */
  static Report ofH2load(String output) {
    long requests = Long.parseLong(find(H2LOAD_SUCCESS, output).group(1));
    double rate = Double.parseDouble(find(H2LOAD_RATE, output).group(1));
    Matcher unanswered = find(H2LOAD_REQUESTS, output);
    long errors = Long.parseLong(unanswered.group(1)) + Long.parseLong(unanswered.group(3));
    var time = Duration.ofNanos(Math.round(requests * NANOS_IN_SECOND / rate));
    return new Report(requests, time, Double.NaN, Double.NaN, errors);
  }

  private static Matcher find(Pattern pattern, String output) {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw new IllegalArgumentException(
          "no " + pattern + " in the load tool's report:\n" + output);
    }
    return matcher;
  }

  Report withoutLatency() {
    return new Report(requests, time, Double.NaN, Double.NaN, errors);
  }

  double requestsPerSecond() {
    return requests * NANOS_IN_SECOND / time.toNanos();
  }
}
