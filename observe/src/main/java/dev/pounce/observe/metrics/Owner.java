package dev.pounce.observe.metrics;

import java.time.Instant;

/**
 * The process that adds to a slab.
 *
 * @param pid 0 if there is none
 * @param start when the process started, in milliseconds since 1970; 0 if that is not known
 */
record Owner(long pid, long start) {

  static final Owner NOBODY = new Owner(0, 0);

  /** This process. */
  static Owner self() {
    return of(ProcessHandle.current());
  }

  static Owner of(ProcessHandle process) {
    return new Owner(
        process.pid(), process.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
  }
}
