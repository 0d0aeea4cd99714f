package dev.pounce.server.http1;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Buffers for responses, so that an idle connection holds none.
 *
 * <p>A slot is emptied and filled by one atomic swap each, so two threads never get the same buffer,
 * nobody waits, and what finds no slot is left to the garbage collector.
 */
public final class Buffers {

  /** The size of a buffer: a head and a small body, or some dozen of them in a row. */
  static final int SIZE = 8 * 1024;

  private static final int SLOTS = 64;

  /** Slots lie a cache line apart, so that neighbours do not slow each other. */
  private static final int STRIDE = 16;

  private final AtomicReferenceArray<ByteBuffer> slots =
      new AtomicReferenceArray<>(SLOTS * STRIDE);

  /** Buffers that nobody has asked for yet. */
  public Buffers() {}

  ByteBuffer take(long hint) {
    ByteBuffer free = slots.getAndSet(slot(hint), null);
    return free == null ? ByteBuffer.allocate(SIZE) : free;
  }

  void give(long hint, ByteBuffer buffer) {
    if (buffer.capacity() == SIZE) {
      slots.setRelease(slot(hint), buffer);
    }
  }

  private static int slot(long hint) {
    return ((int) hint & SLOTS - 1) * STRIDE;
  }
}
