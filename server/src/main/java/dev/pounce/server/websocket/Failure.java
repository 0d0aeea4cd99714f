package dev.pounce.server.websocket;

/**
 * The client broke a rule or a limit, and the WebSocket fails (RFC 6455, section 7.1.7): a close
 * frame with this code is the last that is sent, and nothing more is read. It carries no stack
 * trace: a bad client must not cost one.
 */
public final class Failure extends Exception {

  private static final long serialVersionUID = 1L;

  static final int TOO_BIG = 1009;

  private final int code;

  private Failure(int code, String reason) {
    super(reason, null, false, false);
    this.code = code;
  }

  /** What the protocol does not allow: 1002. */
  static Failure protocol(String reason) {
    return new Failure(1002, reason);
  }

  /** Octets that are not what they have to be: 1007. */
  static Failure data(String reason) {
    return new Failure(1007, reason);
  }

  /** A message of more octets than are taken: 1009. */
  static Failure tooBig(int limit) {
    return new Failure(TOO_BIG, "message of more than " + limit + " octets");
  }

  /** What is sent to the client. */
  public Message.Close close() {
    return new Message.Close(code, reason());
  }

  /** The close code. */
  public int code() {
    return code;
  }

  /** What was wrong; at most 123 octets of ASCII, as a close frame takes them. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
