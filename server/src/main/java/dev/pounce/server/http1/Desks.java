package dev.pounce.server.http1;

import dev.pounce.server.config.ServerConfig;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Desks for connections that have something to do, so that an idle one holds none.
 *
 * <p>A slot is emptied and filled by one atomic operation each, so two threads never get the same
 * desk, nobody waits, and a desk that finds no slot is left to the garbage collector.
 */
public final class Desks {

  private static final int SLOTS = 64;

  /** Slots lie a cache line apart, so that neighbours do not slow each other. */
  private static final int STRIDE = 16;

  private final AtomicReferenceArray<Desk> slots = new AtomicReferenceArray<>(SLOTS * STRIDE);
  private final ServerConfig config;

  /** No desks yet; they are made as they are asked for. */
  public Desks(ServerConfig config) {
    this.config = config;
  }

  Desk take(long connection) {
    Desk free = slots.getAndSet(slot(connection), null);
    return free == null ? new Desk(config) : free;
  }

  void give(long connection, Desk desk) {
    slots.setRelease(slot(connection), desk);
  }

  private static int slot(long connection) {
    return ((int) connection & SLOTS - 1) * STRIDE;
  }
}
