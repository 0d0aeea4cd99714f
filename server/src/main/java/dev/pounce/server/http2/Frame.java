package dev.pounce.server.http2;

/** Frames as octets (RFC 9113, sections 4.1 and 6). */
final class Frame {

  /** The octets before a frame's payload. */
  static final int HEAD = 9;

  /**
   * The largest payload as long as SETTINGS_MAX_FRAME_SIZE says nothing else; ours says nothing.
   */
  static final int PAYLOAD_LIMIT = 16_384;

  /** What a client sends first (section 3.4). */
  static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int ACK = 0x1;
  static final int END_STREAM = 0x1;
  static final int END_HEADERS = 0x4;
  static final int PADDED = 0x8;
  static final int WITH_PRIORITY = 0x20;

  private Frame() {}

  /** Writes a frame's head, and returns where its payload begins. */
  static int head(int length, int type, int flags, int stream, byte[] target, int at) {
    target[at] = (byte) (length >>> 16);
    target[at + 1] = (byte) (length >>> 8);
    target[at + 2] = (byte) length;
    target[at + 3] = (byte) type;
    target[at + 4] = (byte) flags;
    return put(stream, target, at + 5);
  }

  /** Writes 32 bits, and returns the position behind them. */
  static int put(int number, byte[] target, int at) {
    target[at] = (byte) (number >>> 24);
    target[at + 1] = (byte) (number >>> 16);
    target[at + 2] = (byte) (number >>> 8);
    target[at + 3] = (byte) number;
    return at + 4;
  }

  static int int32(byte[] octets, int at) {
    return int16(octets, at) << 16 | int16(octets, at + 2);
  }

  /** The lower 31 bits: the first one is reserved. */
  static int int31(byte[] octets, int at) {
    return int32(octets, at) & Integer.MAX_VALUE;
  }

  static int int24(byte[] octets, int at) {
    return int16(octets, at) << 8 | octets[at + 2] & 0xff;
  }

  static int int16(byte[] octets, int at) {
    return (octets[at] & 0xff) << 8 | octets[at + 1] & 0xff;
  }
}
