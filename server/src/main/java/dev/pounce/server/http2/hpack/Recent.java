package dev.pounce.server.http2.hpack;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The literal that came last and went into no table. Clients keep paths out of it, and yet many ask
 * for the same one again and again: the same octets are then the same field, and need not be taken
 * apart once more. One thread at a time.
 */
final class Recent {

  /** A longer one is not worth its memory. */
  private static final int LONGEST = 256;

  private byte[] octets = {};
  private int length;
  private @Nullable Field field;

  /** Keeps a field in place of the last one, if the octets between say all of it. */
  void keep(Field newField, byte[] block, int from, int to) {
    int count = to - from;
    if (!isWhole(block[from]) || count > LONGEST) {
      return;
    }
    if (octets.length < count) {
      octets = new byte[count];
    }
    System.arraycopy(block, from, octets, 0, count);
    length = count;
    field = newField;
  }

  /** The field, if it is what comes next in a block; else null. */
  @Nullable Field at(byte[] block, int from, int end) {
    boolean same =
        length > 0
            && length <= end - from
            && Arrays.equals(octets, 0, length, block, from, from + length);
    return same ? field : null;
  }

  /** How many octets it has on the wire. */
  int length() {
    return length;
  }

  /**
   * Whether a literal that begins so means the same wherever it comes: it is without indexing, and
   * its name is spelled out or among the first of the static table (RFC 7541, section 6.2.2). What
   * must never be indexed is not kept here either.
   */
  private static boolean isWhole(byte first) {
    return (first & 0xf0) == 0 && first < 0x0f;
  }
}
