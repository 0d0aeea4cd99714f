package dev.pounce.server.coding;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A few native coders that wait for their next body, because they cost more to make than to use for
 * a small one. Any thread.
 *
 * <p>A slot is emptied and filled by one atomic operation each, so two threads never get the same
 * one, and nobody waits. What is looked at first is filled first: no more are kept than were in use
 * at the same time.
 *
 * @param <C> the coder
 */
public final class Pool<C> {

  private static final int SLOTS = 16;

  private final AtomicReferenceArray<@Nullable C> slots = new AtomicReferenceArray<>(SLOTS);
  private final Supplier<C> making;
  private final Consumer<C> end;

  /**
   * An empty pool.
   *
   * @param making makes a coder
   * @param end gives its native memory back
   */
  public Pool(Supplier<C> making, Consumer<C> end) {
    this.making = making;
    this.end = end;
  }

  /** A coder that has been given back, or a new one. */
  public C take() {
    for (int i = 0; i < SLOTS; i++) {
      C free = slots.getPlain(i) == null ? null : slots.getAndSet(i, null);
      if (free != null) {
        return free;
      }
    }
    return making.get();
  }

  /** Takes a coder back, ready for its next body; ends it if there are enough. */
  public void give(C coder) {
    for (int i = 0; i < SLOTS; i++) {
      if (slots.getPlain(i) == null && slots.compareAndSet(i, null, coder)) {
        return;
      }
    }
    end.accept(coder);
  }
}
