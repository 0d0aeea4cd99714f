package dev.pounce.compression;

import java.nio.ByteBuffer;

/** Gathers what is coded of one piece, in an array that grows. */
final class Sink {

  private ByteBuffer octets;

  /** Room for a piece of that length if it shrinks to a quarter. */
  Sink(int length) {
    octets = ByteBuffer.allocate(64 + length / 4);
  }

  void add(ByteBuffer more) {
    if (octets.remaining() < more.remaining()) {
      int wanted = Math.max(2 * octets.capacity(), octets.position() + more.remaining());
      octets = ByteBuffer.allocate(wanted).put(octets.flip());
    }
    octets.put(more);
  }

  ByteBuffer gathered() {
    return octets.flip();
  }
}
