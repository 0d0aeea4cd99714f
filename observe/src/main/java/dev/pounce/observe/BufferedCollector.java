package dev.pounce.observe;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps the latest events, for tests and for a look into a running server. A lock guards the
 * buffer; it is held for a few instructions, or while a reader copies.
 */
public final class BufferedCollector implements LifecycleCollector {

  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<LifecycleEvent> events = new ArrayDeque<>();
  private long forgotten;

  /**
   * An empty buffer.
   *
   * @param capacity how many events it keeps, 1 or more; older ones are forgotten
   * @throws IllegalArgumentException if the capacity is less than 1
   */
  public BufferedCollector(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity: " + capacity + " (expected: 1 or more)");
    }
    this.capacity = capacity;
  }

  @Override
  public void record(LifecycleEvent event) {
    lock.lock();
    try {
      if (events.size() == capacity) {
        events.removeFirst();
        forgotten++;
      }
      events.addLast(event);
    } finally {
      lock.unlock();
    }
  }

  /**
   * What is in the buffer, oldest first.
   *
   * @return a copy
   */
  public List<LifecycleEvent> events() {
    lock.lock();
    try {
      return List.copyOf(events);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes what is in the buffer, oldest first, and leaves it empty.
   *
   * @return the events, the caller's own
   */
  public List<LifecycleEvent> drain() {
    lock.lock();
    try {
      List<LifecycleEvent> taken = new ArrayList<>(events);
      events.clear();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /**
   * How many events had to make room for later ones.
   *
   * @return 0 or more, never less than before
   */
  public long forgotten() {
    lock.lock();
    try {
      return forgotten;
    } finally {
      lock.unlock();
    }
  }
}
