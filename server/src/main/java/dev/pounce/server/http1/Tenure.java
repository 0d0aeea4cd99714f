package dev.pounce.server.http1;

import dev.pounce.server.exchange.Generation;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Which thread serves a connection, and which generation of the application it does that for.
 *
 * <p>The serving thread sets both. Any other may ask who it is, interrupt it, and take away a
 * generation that serves no more ({@link #release}), once: if the thread sets another at that
 * moment, then the thread wins.
 */
final class Tenure {

  private final AtomicReference<@Nullable Generation> generation = new AtomicReference<>();

  private volatile @Nullable Thread thread;

  /** The caller's thread serves the connection from now on. */
  void begin() {
    thread = Thread.currentThread();
  }

  /** The serving thread is about to serve a generation. */
  void host(Generation serving) {
    Thread.currentThread().setContextClassLoader(serving.loader());
    generation.set(serving);
  }

  /** The serving thread serves no generation any more. */
  void vacate() {
    generation.set(null);
    Thread.currentThread().setContextClassLoader(null);
  }

  /**
   * Lets go of a generation that serves no more, so that an idle thread does not keep it in memory.
   *
   * @return whether a thread had it
   */
  boolean release(Generation former) {
    Thread serving = thread;
    if (!generation.compareAndSet(former, null) || serving == null) {
      return false;
    }
    serving.setContextClassLoader(null);
    return true;
  }

  /** What is served; only for the serving thread while it serves a request. */
  Generation generation() {
    return Objects.requireNonNull(generation.get());
  }

  boolean isOf(Generation other) {
    return generation.get() == other;
  }

  boolean isVacant() {
    return generation.get() == null;
  }

  /** Whether this is called on the serving thread. */
  boolean isOwn() {
    return Thread.currentThread() == thread;
  }

  boolean isOn(long threadId) {
    Thread serving = thread;
    return serving != null && serving.threadId() == threadId;
  }

  void interrupt() {
    Thread serving = thread;
    if (serving != null) {
      serving.interrupt();
    }
  }
}
