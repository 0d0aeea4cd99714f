package dev.pounce.server.websocket;

import java.time.Duration;

/**
 * When a client is pinged, and when it has been silent for too long. Asked every now and then, by
 * one thread; times are those of {@link System#nanoTime}.
 */
final class Pulse {

  /** What is to be done now. */
  enum Verdict {
    NOTHING,
    PING,
    /** The client has not let a ping be heard of, nor anything else. */
    DEAD
  }

  private final long interval;
  private final long patience;
  private long pinged;
  private boolean asked;

  /**
   * That of a WebSocket that opens now.
   *
   * @param interval from one ping to the next; zero for no pings
   * @param patience how long the client may be silent after one
   */
  Pulse(Duration interval, Duration patience, long now) {
    this.interval = interval.toNanos();
    this.patience = patience.toNanos();
    this.pinged = now;
  }

  /**
   * Looks at the clock.
   *
   * @param heard whether anything has come since the last time
   */
  Verdict look(boolean heard, long now) {
    asked &= !heard;
    if (asked) {
      return now - pinged < patience ? Verdict.NOTHING : Verdict.DEAD;
    }
    if (interval == 0 || now - pinged < interval) {
      return Verdict.NOTHING;
    }
    pinged = now;
    asked = true;
    return Verdict.PING;
  }
}
