package dev.pounce.server.websocket;

/** What one side has to say to the other: whole messages, and control frames. */
public sealed interface Message {

  /**
   * Text.
   *
   * @param text what it says
   */
  record Text(String text) implements Message {}

  /**
   * Octets, the receiver's own.
   *
   * @param octets what it says
   */
  record Binary(byte[] octets) implements Message {}

  /**
   * Asks for a {@link Pong} with the same octets.
   *
   * @param octets at most 125
   */
  record Ping(byte[] octets) implements Message {}

  /**
   * Answers a {@link Ping}, or nothing at all.
   *
   * @param octets at most 125
   */
  record Pong(byte[] octets) implements Message {}

  /**
   * The last thing that a side says. Two codes stand for what was not said (RFC 6455, section
   * 7.4.1): {@link #NO_STATUS} and {@link #ABNORMAL}.
   *
   * @param code why, 1000 to 4999
   * @param reason why, for people; may be empty
   */
  record Close(int code, String reason) implements Message {

    /** The close frame was empty. */
    public static final int NO_STATUS = 1005;

    /** The stream ended, and no close frame had come. */
    public static final int ABNORMAL = 1006;

    /** Whether a close frame may carry the code: it is registered, or free to use. */
    static boolean isSendable(int code) {
      return code >= 1000 && code <= 1003 || code >= 1007 && code <= 1014 || isPrivate(code);
    }

    /** For libraries and frameworks, and for applications. */
    private static boolean isPrivate(int code) {
      return code >= 3000 && code <= 4999;
    }
  }
}
