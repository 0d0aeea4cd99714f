package dev.pounce.server.http2;

import dev.pounce.server.exchange.Refusal;
import java.time.Duration;

/**
 * How much of something a peer may do: a burst at once, and from then on so many a second. For
 * frames that cost the server more than the client, or nobody anything but time. One thread.
 */
final class Quota {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final String what;
  private final int burst;
  private final int perSecond;
  private double left;
  private long refilled;

  /**
   * A full one.
   *
   * @param what is limited, as the refusal has it
   */
  Quota(String what, int burst, int perSecond, long now) {
    this.what = what;
    this.burst = burst;
    this.perSecond = perSecond;
    this.left = burst;
    this.refilled = now;
  }

  /**
   * Takes one.
   *
   * @param now the time by {@link System#nanoTime}
   * @throws ConnectionError if there is none left
   */
  void take(long now) throws ConnectionError {
    if (left < 1) {
      left = Math.min(burst, left + (double) (now - refilled) * perSecond / SECOND);
      refilled = now;
    } else if (left >= burst) {
      refilled = now;
    }
    if (left < 1) {
      throw ConnectionError.calm(
          Refusal.rate(
              "more than " + burst + " " + what + ", and then " + perSecond + " a second"));
    }
    left--;
  }
}
