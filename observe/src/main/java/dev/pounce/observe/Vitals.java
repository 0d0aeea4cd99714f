package dev.pounce.observe;

/**
 * What a server says of itself beside events. Each figure can be read at any time, from any thread,
 * without a lock; after the server has stopped they keep their last values.
 */
public interface Vitals {

  /**
   * How late virtual threads run, as a probe has found it since the server started: many times a
   * second a virtual thread is asked for, and the time is taken until it runs.
   *
   * @return the delays so far
   */
  Distribution schedulerLag();

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
