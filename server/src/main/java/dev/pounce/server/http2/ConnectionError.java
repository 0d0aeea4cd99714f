package dev.pounce.server.http2;

import dev.pounce.server.exchange.Refusal;

/**
 * What the peer has done can't be put right on one stream: the connection ends with a GOAWAY (RFC
 * 9113, section 5.4.1). It carries no stack trace: a bad client must not cost one.
 */
final class ConnectionError extends Exception {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final Refusal refusal;

  private ConnectionError(ErrorCode code, Refusal refusal) {
    super(refusal.reason(), null, false, false);
    this.code = code;
    this.refusal = refusal;
  }

  /** What breaks a rule that has an error code of its own. */
  static ConnectionError of(ErrorCode code, String reason) {
    return new ConnectionError(code, Refusal.malformed(reason));
  }

  /** What breaks the protocol. */
  static ConnectionError protocol(String reason) {
    return of(ErrorCode.PROTOCOL_ERROR, reason);
  }

  /** What is allowed, but too much of it. */
  static ConnectionError calm(Refusal refusal) {
    return new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, refusal);
  }

  ErrorCode code() {
    return code;
  }

  /** The same as an event and a log line have it. */
  Refusal refusal() {
    return refusal;
  }
}
