package dev.pounce.server.listen;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Room for what comes and goes in packets of its own, such as records of TLS, for as long as
 * something is in it: a connection that waits holds none.
 *
 * <p>A slot is emptied and filled by one atomic operation each, so two threads never get the same
 * buffer, nobody waits, and a buffer that finds no slot is left to the garbage collector.
 */
public final class Packets {

  private static final int SLOTS = 64;

  /** Slots lie a cache line apart, so that neighbours do not slow each other. */
  private static final int STRIDE = 16;

  private final AtomicReferenceArray<ByteBuffer> slots = new AtomicReferenceArray<>(SLOTS * STRIDE);
  private final int size;

  /**
   * No buffers yet; they are made as they are asked for.
   *
   * @param size of each, in octets
   */
  public Packets(int size) {
    this.size = size;
  }

  /**
   * An empty buffer.
   *
   * @param hint chooses the slot, as in {@link #give}: a connection uses its own
   */
  public ByteBuffer take(int hint) {
    ByteBuffer free = slots.getAndSet(slot(hint), null);
    return free == null ? ByteBuffer.allocate(size) : free.clear();
  }

  /** Takes a buffer of this size back, for others. */
  public void give(int hint, ByteBuffer buffer) {
    slots.setRelease(slot(hint), buffer);
  }

  private static int slot(int hint) {
    return (hint & SLOTS - 1) * STRIDE;
  }
}
