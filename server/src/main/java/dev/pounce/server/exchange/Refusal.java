package dev.pounce.server.exchange;

import dev.pounce.observe.RequestRejected.Reason;

/**
 * A request that the server answers itself, because it is malformed, too large, too slow or too
 * much. The connection ends with the answer. It carries no stack trace: a bad client must not cost
 * one.
 */
public final class Refusal extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final Reason why;

  private Refusal(int status, Reason why, String reason) {
    super(reason, null, false, false);
    this.status = status;
    this.why = why;
  }

  /** A refusal of what is malformed, or not spoken here. */
  public static Refusal malformed(int status, String reason) {
    return new Refusal(status, Reason.MALFORMED, reason);
  }

  /** A refusal of a malformed message: 400. */
  public static Refusal malformed(String reason) {
    return malformed(400, reason);
  }

  /** A refusal of what is larger than it may be: 413, 414 or 431. */
  public static Refusal tooLarge(int status, String reason) {
    return new Refusal(status, Reason.TOO_LARGE, reason);
  }

  /** A refusal of what did not come in time: 408, or 504 where the answer did not. */
  public static Refusal timeout(int status, String reason) {
    return new Refusal(status, Reason.TIMEOUT, reason);
  }

  /** A refusal of one too many: 503. */
  public static Refusal overLimit(String reason) {
    return new Refusal(503, Reason.OVER_LIMIT, reason);
  }

  /** A refusal of a client that sends more of something than it may: 429. */
  public static Refusal rate(String reason) {
    return new Refusal(429, Reason.RATE, reason);
  }

  /** A refusal of what came too late: 503. */
  public static Refusal draining(String reason) {
    return new Refusal(503, Reason.DRAINING, reason);
  }

  /** The status to answer with. */
  public int status() {
    return status;
  }

  /** Which limit or rule it was, for logs and metrics. */
  public Reason why() {
    return why;
  }

  /** What was wrong. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
