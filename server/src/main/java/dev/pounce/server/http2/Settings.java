package dev.pounce.server.http2;

import java.util.function.LongConsumer;

/** What a peer has said of itself (RFC 9113, section 6.5). Changed with the output's lock held. */
final class Settings {

  static final int HEADER_TABLE_SIZE = 1;
  static final int ENABLE_PUSH = 2;
  static final int MAX_CONCURRENT_STREAMS = 3;
  static final int INITIAL_WINDOW_SIZE = 4;
  static final int MAX_FRAME_SIZE = 5;
  static final int MAX_HEADER_LIST_SIZE = 6;

  /** A WebSocket may be asked for (RFC 8441, section 3). */
  static final int ENABLE_CONNECT_PROTOCOL = 8;

  /** Priorities are not looked at (RFC 9218, section 2.1). */
  static final int NO_RFC7540_PRIORITIES = 9;

  /** The octets of one setting. */
  static final int SIZE = 6;

  /** A window's size while nothing else is said. */
  static final int DEFAULT_WINDOW = 65_535;

  private static final int LARGEST_FRAME = (1 << 24) - 1;

  private int window = DEFAULT_WINDOW;
  private int frameLimit = Frame.PAYLOAD_LIMIT;

  /**
   * Takes the payload of a SETTINGS frame in.
   *
   * @param tableLimit gets every size of the encoder's table, as one may be smaller than the last
   * @throws ConnectionError if a value is not allowed
   */
  void read(byte[] octets, int from, int to, LongConsumer tableLimit) throws ConnectionError {
    for (int at = from; at < to; at += SIZE) {
      long value = Integer.toUnsignedLong(Frame.int32(octets, at + 2));
      switch (Frame.int16(octets, at)) {
        case HEADER_TABLE_SIZE -> tableLimit.accept(value);
        case ENABLE_PUSH -> {
          if (value > 1) {
            throw ConnectionError.protocol("SETTINGS_ENABLE_PUSH is " + value);
          }
        }
        case INITIAL_WINDOW_SIZE -> {
          if (value > Integer.MAX_VALUE) {
            throw ConnectionError.of(
                ErrorCode.FLOW_CONTROL_ERROR, "SETTINGS_INITIAL_WINDOW_SIZE is " + value);
          }
          window = (int) value;
        }
        case MAX_FRAME_SIZE -> {
          if (value < Frame.PAYLOAD_LIMIT || value > LARGEST_FRAME) {
            throw ConnectionError.protocol("SETTINGS_MAX_FRAME_SIZE is " + value);
          }
          frameLimit = (int) value;
        }
        default -> {} // nothing that a server that pushes nothing has use for
      }
    }
  }

  /** How much of a body a new stream may send. */
  int window() {
    return window;
  }

  /** The largest payload that the peer takes. */
  int frameLimit() {
    return frameLimit;
  }

  /** Writes a setting, and returns the position behind it. */
  static int put(int id, int value, byte[] target, int at) {
    target[at] = (byte) (id >>> 8);
    target[at + 1] = (byte) id;
    return Frame.put(value, target, at + 2);
  }
}
