package dev.pounce.observe;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What a server says of itself beside events. Each figure can be read at any time, from any thread,
 * without a lock; after the server has stopped they keep their last values.
 */
public interface Vitals {

  /** The bounds of the buckets in which delays are shown: 0.1 ms to 250 ms. */
  List<Duration> LAG_BOUNDS =
      LongStream.of(100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000)
          .mapToObj(micros -> Duration.ofNanos(micros * 1_000))
          .toList();

  /**
   * How late virtual threads run, as a probe has found it since the server started: many times a
   * second a virtual thread is asked for, and the time is taken until it runs.
   *
   * @return the delays so far; those of other buckets than {@link #LAG_BOUNDS} are shown in the
   *     next larger of these
   */
  Distribution schedulerLag();

  /**
   * How often virtual threads did not run for longer than the server puts up with.
   *
   * @return 0 or more, never less than before
   */
  long schedulerStalls();

  /**
   * The log lines that were lost because the log's sink did not keep up.
   *
   * @return 0 or more, never less than before
   */
  long logLinesDropped();

  /**
   * The failures of this server's collectors.
   *
   * @return 0 or more, never less than before
   */
  long collectorFailures();

  /**
   * The spans that were made and then lost, because nobody took them in time.
   *
   * @return 0 or more, never less than before
   */
  long spansDropped();
}
