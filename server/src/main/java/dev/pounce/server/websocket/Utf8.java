package dev.pounce.server.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Whether octets are UTF-8 (RFC 3629, section 4), told as they come: the first that cannot be part
 * of it is refused, whatever may follow.
 */
final class Utf8 {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  /** How many octets the character still needs, and the bounds of the next. */
  private int missing;

  private int low;
  private int high;

  /** Whether these may follow those before. */
  boolean accept(byte[] octets, int from, int to) {
    int i = from;
    while (i < to) {
      if (missing == 0) {
        while (i <= to - Long.BYTES && ((long) LONG.get(octets, i) & HIGH_BITS) == 0) {
          i += Long.BYTES;
        }
        while (i < to && octets[i] >= 0) {
          i++;
        }
      }
      if (i < to && !accept(octets[i++] & 0xff)) {
        return false;
      }
    }
    return true;
  }

  private boolean accept(int octet) {
    if (missing == 0) {
      return begin(octet);
    }
    boolean good = octet >= low && octet <= high;
    missing--;
    low = 0x80;
    high = 0xbf;
    return good;
  }

  /** No overlong forms, no surrogates, nothing beyond U+10FFFF. */
  private boolean begin(int octet) {
    low = octet == 0xe0 ? 0xa0 : octet == 0xf0 ? 0x90 : 0x80;
    high = octet == 0xed ? 0x9f : octet == 0xf4 ? 0x8f : 0xbf;
    missing = octet >= 0xf0 ? 3 : octet >= 0xe0 ? 2 : 1;
    return octet >= 0xc2 && octet <= 0xf4;
  }

  /** Whether no character is left in the middle. */
  boolean complete() {
    return missing == 0;
  }
}
