package dev.pounce.server.http2.hpack;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The Huffman code for string literals (RFC 7541, section 5.2 and appendix B).
 *
 * <p>The code is canonical: codes of one length are consecutive numbers in the order of their
 * symbols, and each length begins where the one before it ended. So the lengths alone make it.
 *
 * <p>The decoder looks at a window of as many bits as the longest code has. What begins with a code
 * of up to ten bits, and that is nearly all that is ever sent, it finds by the window's first ten
 * bits in a table; of others it finds the length by comparing with where each length ends. Beyond
 * the last octet it sees ones, as padding is the beginning of the code for the end of the string.
 */
final class Huffman {

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final byte[] LENGTHS = {
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, // 0x00
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28, // 0x10
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, // space
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, // 0
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, // @
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, // P
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, // `
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, // p
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, // 0x80
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, // 0x90
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, // 0xa0
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, // 0xb0
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, // 0xc0
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, // 0xd0
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, // 0xe0
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, // 0xf0
    30 // the end of the string
  };

  private static final int END = 256;
  private static final int SHORTEST = 5;
  private static final int LONGEST = 30;
  private static final int SHORT = 10;

  /** The code of each symbol. */
  private static final int[] CODES = new int[LENGTHS.length];

  /** Symbol and length of the code that ten bits begin with, or 0 if it is a longer one. */
  private static final short[] SHORT_CODES = new short[1 << SHORT];

  /** The symbols in the order of their codes. */
  private static final short[] SYMBOLS = new short[LENGTHS.length];

  /** For each length the first window that begins with a longer code. */
  private static final int[] ENDS = new int[LONGEST + 1];

  /** For each length what a code is less than the place of its symbol in that order. */
  private static final int[] OFFSETS = new int[LONGEST + 1];

  static {
    int code = 0;
    int place = 0;
    for (int length = SHORTEST; length <= LONGEST; length++) {
      code <<= 1;
      OFFSETS[length] = place - code;
      for (int symbol = 0; symbol < LENGTHS.length; symbol++) {
        if (LENGTHS[symbol] == length) {
          SYMBOLS[place++] = (short) symbol;
          CODES[symbol] = code++;
        }
      }
      ENDS[length] = code << LONGEST - length;
    }
    for (int bits = 0; bits < SHORT_CODES.length; bits++) {
      int found = search(bits << LONGEST - SHORT);
      if ((found & 31) <= SHORT) {
        SHORT_CODES[bits] = (short) found;
      }
    }
  }

  private Huffman() {}

  /** How many octets a text takes; its characters are Latin-1. */
  static int length(String text) {
    long bits = 0;
    for (int i = 0; i < text.length(); i++) {
      bits += LENGTHS[text.charAt(i)];
    }
    return (int) (bits + 7 >>> 3);
  }

  /**
   * Writes a text.
   *
   * @return where it ends
   */
  static int encode(String text, byte[] target, int from) {
    long bits = 0;
    int held = 0;
    int at = from;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      bits = bits << LENGTHS[c] | CODES[c];
      held += LENGTHS[c];
      if (held >= Integer.SIZE) {
        held -= Integer.SIZE;
        INT.set(target, at, (int) (bits >>> held));
        at += Integer.BYTES;
      }
    }
    bits = bits << Byte.SIZE | 0xff;
    for (; held > 0; held -= Byte.SIZE) {
      target[at++] = (byte) (bits >>> held);
    }
    return at;
  }

  /** How many octets there can be, at most, in so many. */
  static long longest(int length) {
    return (long) length * Byte.SIZE / SHORTEST;
  }

  /**
   * Reads a text.
   *
   * @param target where it goes, from the beginning; has room for the {@link #longest}
   * @return how many octets it has
   */
  static int decode(byte[] source, int from, int to, byte[] target) throws CompressionException {
    long bits = 0; // those to come, from the left
    int held = 0;
    int at = from;
    int length = 0;
    long left = (long) (to - from) * Byte.SIZE;
    while (left > 0) {
      if (held < LONGEST) {
        bits |= next(source, at, to) << Integer.SIZE - held;
        held += Integer.SIZE;
        at += Integer.BYTES;
      }
      int found = SHORT_CODES[(int) (bits >>> Long.SIZE - SHORT)];
      int window = (int) (bits >>> Long.SIZE - LONGEST);
      if (found == 0) {
        found = search(window);
      }
      int taken = found & 31;
      if (taken > left) {
        checkPadding(window, (int) left);
        break;
      }
      if (found >>> 5 == END) {
        throw new CompressionException("the end of the string coded in a string");
      }
      target[length++] = (byte) (found >>> 5);
      bits <<= taken;
      held -= taken;
      left -= taken;
    }
    return length;
  }

  /** The next 32 bits; ones where there are none. */
  private static long next(byte[] source, int at, int to) {
    if (to - at >= Integer.BYTES) {
      return (int) INT.get(source, at) & 0xffff_ffffL;
    }
    long next = 0;
    for (int i = at; i < at + Integer.BYTES; i++) {
      next = next << Byte.SIZE | (i < to ? source[i] & 0xff : 0xff);
    }
    return next;
  }

  /** Symbol and length of the code that a window begins with. */
  private static int search(int window) {
    int length = SHORTEST;
    while (window >= ENDS[length]) {
      length++;
    }
    return SYMBOLS[(window >>> LONGEST - length) + OFFSETS[length]] << 5 | length;
  }

  private static void checkPadding(int window, int bits) throws CompressionException {
    if (bits >= Byte.SIZE || window >>> LONGEST - bits != (1 << bits) - 1) {
      throw new CompressionException("a string padded with more than 7 bits, or not with ones");
    }
  }
}
