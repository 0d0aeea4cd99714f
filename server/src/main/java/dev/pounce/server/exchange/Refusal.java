package dev.pounce.server.exchange;

/**
 * A request that the server answers itself, because it is malformed, too large, too slow or too
 * much. The connection ends with the answer. It carries no stack trace: a bad client must not cost
 * one.
 */
public final class Refusal extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * A refusal.
   *
   * @param status the status to answer with
   * @param reason what was wrong, in a few words for the response's body
   */
  public Refusal(int status, String reason) {
    super(reason, null, false, false);
    this.status = status;
  }

  /** A refusal of a malformed message: 400. */
  public static Refusal malformed(String reason) {
    return new Refusal(400, reason);
  }

  /** The status to answer with. */
  public int status() {
    return status;
  }

  /** What was wrong. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
