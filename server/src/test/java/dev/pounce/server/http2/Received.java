package dev.pounce.server.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;

/**
 * A frame that a server has sent.
 *
 * @param type as in {@link Frame}
 * @param flags its flags
 * @param stream its stream, or 0
 * @param payload what it carries
 */
record Received(int type, int flags, int stream, byte[] payload) {

  private static final String[] NAMES = {
    "DATA",
    "HEADERS",
    "PRIORITY",
    "RST_STREAM",
    "SETTINGS",
    "PUSH_PROMISE",
    "PING",
    "GOAWAY",
    "WINDOW_UPDATE",
    "CONTINUATION"
  };

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** The 32 bits at this place. */
  int number(int at) {
    return Frame.int32(payload, at);
  }

  /** Why a stream is reset. */
  ErrorCode reset() {
    return ErrorCode.values()[number(0)];
  }

  /** The last stream that a GOAWAY names. */
  int last() {
    return number(0);
  }

  /** Why a connection ends. */
  ErrorCode code() {
    return ErrorCode.values()[number(4)];
  }

  /** What a GOAWAY says for people. */
  String debug() {
    return new String(payload, 8, payload.length - 8, ISO_8859_1);
  }

  /** The value of one of a server's settings, or -1. */
  int setting(int id) {
    for (int at = 0; at < payload.length; at += Settings.SIZE) {
      if (Frame.int16(payload, at) == id) {
        return number(at + 2);
      }
    }
    return -1;
  }

  @Override
  public String toString() {
    String more =
        switch (type) {
          case Frame.RST_STREAM -> " " + reset();
          case Frame.GOAWAY -> " " + last() + " " + code() + " " + debug();
          default -> "";
        };
    return String.format(
        Locale.ROOT, "%s %d, %x, %d octets%s", NAMES[type], stream, flags, payload.length, more);
  }
}
