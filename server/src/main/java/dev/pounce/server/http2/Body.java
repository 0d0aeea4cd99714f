package dev.pounce.server.http2;

import dev.pounce.server.exchange.Refusal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A request's body on its way from the connection's thread, which brings it, to whoever receives.
 * It holds no more than the stream's window lets in, in one array, however small the frames were.
 */
final class Body {

  private static final int KEPT = 16 * 1024;
  private static final byte[] NOTHING = {};

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final long declared;
  private final long limit;
  private byte[] held = NOTHING;
  private int length;
  private long total;
  private boolean ended;
  private boolean gone;
  private @Nullable Refusal refusal;

  /**
   * A body that has not begun.
   *
   * @param declared its length, or -1 if it is not known
   * @param limit the most octets to take
   */
  Body(long declared, long limit) {
    this.declared = declared;
    this.limit = limit;
  }

  /**
   * Octets have come.
   *
   * @return false if nobody will take them
   */
  boolean add(byte[] octets, int from, int to) {
    lock.lock();
    try {
      total += to - from;
      if (total > limit && refusal == null) {
        refusal = Refusal.tooLarge(413, "request body larger than " + limit + " bytes");
      }
      boolean wanted = !gone && refusal == null;
      if (wanted) {
        put(octets, from, to);
      }
      changed.signalAll();
      return wanted;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether it is not as long as was declared, with so many octets more. Asked before they are
   * added, or the end is: an application must not take for whole what is not.
   *
   * @param last whether nothing comes behind them
   */
  boolean isFalse(int more, boolean last) {
    lock.lock();
    try {
      long length = total + more;
      return declared >= 0 && (length > declared || last && length < declared);
    } finally {
      lock.unlock();
    }
  }

  private void put(byte[] octets, int from, int to) {
    int count = to - from;
    if (held.length - length < count) {
      held = Arrays.copyOf(held, Math.max(length + count, Math.min(2 * held.length, KEPT)));
    }
    System.arraycopy(octets, from, held, length, count);
    length += count;
  }

  /** Its last octet has come. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more will come. */
  void abandon() {
    lock.lock();
    try {
      gone = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What is still to come is refused. */
  void refuse(Refusal why) {
    lock.lock();
    try {
      refusal = why;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the next piece.
   *
   * @return at least one octet, or null at the end of the body
   * @throws Refusal if it is too large, or too slow
   * @throws IOException if the stream ends before the body does
   */
  byte @Nullable [] next() throws IOException, Refusal {
    lock.lock();
    try {
      while (length == 0 && !ended && !gone && refusal == null) {
        await();
      }
      if (refusal != null) {
        throw refusal;
      }
      return length == 0 ? end(gone && !ended) : take();
    } finally {
      lock.unlock();
    }
  }

  private static byte @Nullable [] end(boolean early) throws IOException {
    if (early) {
      throw new IOException("the stream ended before the body");
    }
    return null;
  }

  private byte[] take() {
    byte[] piece;
    if (length == held.length) {
      piece = held;
      held = NOTHING;
    } else {
      piece = Arrays.copyOf(held, length);
      held = held.length > KEPT ? NOTHING : held;
    }
    length = 0;
    return piece;
  }

  /** Waits until the stream has ended, one way or the other. */
  void awaitGone() throws IOException {
    lock.lock();
    try {
      while (!gone && refusal == null) {
        await();
      }
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // the callers loop
  private void await() throws InterruptedIOException {
    try {
      changed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while it waited for the client");
    }
  }

  /**
   * Lets go of what nobody takes any more.
   *
   * @return how much it was
   */
  int drop() {
    lock.lock();
    try {
      int dropped = length;
      gone = true;
      held = NOTHING;
      length = 0;
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /** Whether all of it has been taken. */
  boolean isFinished() {
    lock.lock();
    try {
      return ended && length == 0;
    } finally {
      lock.unlock();
    }
  }
}
