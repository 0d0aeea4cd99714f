package dev.pounce.server.listen;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Room for records of TLS, for as long as something is in it: a connection that waits holds none.
 *
 * <p>A slot is emptied and filled by one atomic operation each, so two threads never get the same
 * buffer, nobody waits, and a buffer that finds no slot is left to the garbage collector.
 */
final class Packets {

  /** More than the largest record, 2^14 octets and what is around them, and what is in it. */
  static final int SIZE = 17 * 1024;

  private static final int SLOTS = 64;

  /** Slots lie a cache line apart, so that neighbours do not slow each other. */
  private static final int STRIDE = 16;

  private final AtomicReferenceArray<ByteBuffer> slots = new AtomicReferenceArray<>(SLOTS * STRIDE);

  /** An empty buffer. */
  ByteBuffer take(int hint) {
    ByteBuffer free = slots.getAndSet(slot(hint), null);
    return free == null ? ByteBuffer.allocate(SIZE) : free.clear();
  }

  void give(int hint, ByteBuffer buffer) {
    slots.setRelease(slot(hint), buffer);
  }

  private static int slot(int hint) {
    return (hint & SLOTS - 1) * STRIDE;
  }
}
