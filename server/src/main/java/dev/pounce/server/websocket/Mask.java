package dev.pounce.server.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The mask of a client's payload (RFC 6455, section 5.3): put on and taken off alike. */
final class Mask {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Mask() {}

  /**
   * Masks or unmasks octets where they are.
   *
   * @param key the masking key, its first octet highest
   * @param position where in the payload the first of them stands
   */
  static void apply(int key, long position, byte[] octets, int from, int to) {
    int turned = Integer.rotateLeft(key, (int) (position & 3) * Byte.SIZE);
    long twice = (long) turned << Integer.SIZE | turned & 0xffff_ffffL;
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      LONG.set(octets, i, (long) LONG.get(octets, i) ^ twice);
    }
    for (; i < to; i++) {
      turned = Integer.rotateLeft(turned, Byte.SIZE);
      octets[i] ^= (byte) turned;
    }
  }
}
