package dev.pounce.bench.load;

/**
 * One request and what became of it. Times are by {@link System#nanoTime}.
 *
 * @param opened when its connection was asked for
 * @param answered when the answer before it on its connection had come, or {@code opened}
 * @param sent when its last octet was given to the kernel
 * @param ended when its answer was there, or was not to come any more
 * @param pid the process that has answered on its connection before, or 0 if none has
 * @param detail what came instead of the right answer; empty if that came
 */
record Asked(
    String request,
    long opened,
    long answered,
    long sent,
    long ended,
    long pid,
    Fate fate,
    String detail) {

  /** What can become of a request. */
  enum Fate {
    /** 200, whole, and with the right content. */
    ANSWERED,
    /** 503. */
    REFUSED,
    /** The connection ended before the answer did. */
    CUT,
    /** Anything else. */
    WRONG
  }

  /** Whether it was the first on its connection. */
  boolean isFirst() {
    return answered == opened;
  }

  @Override
  public String toString() {
    return fate
        + " "
        + request
        + (isFirst() ? ", first on its connection" : ", process " + pid)
        + ", sent "
        + (sent - opened) / 1_000
        + " us after the connection was asked for and "
        + (sent - answered) / 1_000
        + " us after the answer before, over after "
        + (ended - sent) / 1_000
        + " us: "
        + detail;
  }
}
