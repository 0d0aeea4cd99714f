package dev.pounce.server.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pounce.app.ContractException;
import dev.pounce.app.WebSocketClose;

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

    /** The octets of the longest reason, beside the code. */
    private static final int LONGEST_REASON = 123;

    /**
     * What an application closes with.
     *
     * @throws ContractException if a close frame can't carry it
     */
    static Close of(WebSocketClose close) {
      if (!isSendable(close.code())) {
        throw new ContractException(
            "close code: "
                + close.code()
                + " (expected: 1000 to 1003, 1007 to 1014 or 3000 to 4999)");
      }
      int length = close.reason().getBytes(UTF_8).length;
      if (length > LONGEST_REASON) {
        throw new ContractException(
            "close reason: " + length + " bytes (expected: at most " + LONGEST_REASON + ")");
      }
      return new Close(close.code(), close.reason());
    }

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
