package dev.pounce.server.websocket;

import java.io.IOException;

/**
 * The head of a client's frame (RFC 6455, section 5.2). It is read in two steps, so that a frame
 * that may not come is refused at its first two octets.
 */
final class Head {

  static final int FIN = 0x80;
  static final int RSV1 = 0x40;
  static final int MASKED = 0x80;
  static final int LENGTH_16 = 126;
  static final int LENGTH_64 = 127;
  static final int LONGEST_CONTROL = 125;

  private static final int RSV2_RSV3 = 0x30;

  private final byte[] octets = new byte[8 + 4];

  private boolean fin;
  private boolean compressed;
  private int opcode;
  private int shortLength;
  private long length;
  private int key;

  /** Reads the first two octets, and refuses what no frame may be. */
  void begin(Inflow in) throws IOException, Failure {
    in.fill(octets, 0, 2);
    int first = octets[0] & 0xff;
    fin = (first & FIN) != 0;
    compressed = (first & RSV1) != 0;
    opcode = first & 0x0f;
    shortLength = octets[1] & 0x7f;
    if ((first & RSV2_RSV3) != 0) {
      throw Failure.protocol("reserved bit");
    }
    if (!Opcode.isKnown(opcode)) {
      throw Failure.protocol("reserved opcode");
    }
    if ((octets[1] & MASKED) == 0) {
      throw Failure.protocol("frame without a mask");
    }
    if (Opcode.isControl(opcode)) {
      checkControl();
    }
  }

  private void checkControl() throws Failure {
    if (!fin) {
      throw Failure.protocol("fragmented control frame");
    }
    if (compressed) {
      throw Failure.protocol("compressed control frame");
    }
    if (shortLength > LONGEST_CONTROL) {
      throw Failure.protocol("control frame of more than 125 octets");
    }
  }

  /** Reads the rest: the length, if it needs more octets, and the mask. */
  void complete(Inflow in) throws IOException, Failure {
    int size = shortLength == LENGTH_64 ? 8 : shortLength == LENGTH_16 ? 2 : 0;
    in.fill(octets, 0, size + 4);
    length = size == 0 ? shortLength : number(0, size);
    key = (int) number(size, size + 4);
    if (length < 0) {
      throw Failure.protocol("length of 64 bits");
    }
    if (size == 2 && length < LENGTH_16 || size == 8 && length <= 0xffff) {
      throw Failure.protocol("length in more octets than it needs");
    }
  }

  private long number(int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      value = value << 8 | octets[i] & 0xff;
    }
    return value;
  }

  /** Whether it is the last frame of its message. */
  boolean fin() {
    return fin;
  }

  /** RSV1, which permessage-deflate gives its meaning. */
  boolean compressed() {
    return compressed;
  }

  int opcode() {
    return opcode;
  }

  /** How many octets of payload follow. */
  long length() {
    return length;
  }

  /** The masking key, its first octet highest. */
  int key() {
    return key;
  }
}
