package dev.pounce.server.http1;

import dev.pounce.server.listen.Transport;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The octets that have arrived on a connection and are not used yet.
 *
 * <p>The connection's thread (or a thread of the application that it lets receive) is the consumer:
 * it owns {@code from} and {@code to}. Now and then a watcher reads on its behalf, while an
 * application takes its time. Whoever reads holds the lock, and only the holder may move octets or
 * replace the array. The watcher moves nothing: it appends behind {@code end}, in a larger copy of
 * the array if need be, and then stores {@code end}, which the consumer loads, without the lock,
 * before it looks beyond {@code to}.
 *
 * <p>A consumer that finds the lock taken raises {@code waiting} and then looks at {@code end} once
 * more; a watcher stores {@code end} and then looks at {@code waiting} before it reads again. So
 * one of them sees the other, and a consumer never waits while octets are there.
 *
 * <p>While a connection idles there is no array at all: {@link #rest} lets go of it, and {@link
 * #awaitOctets} waits without one, the lock held all the while. A watcher that comes late, when the
 * wait is over and there is still no array, does nothing. A larger one than the desk's is made when
 * a head or a body asks for it.
 */
final class Input {

  private static final int BODY_SIZE = 16 * 1024;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** What is read at most while nobody consumes. */
  static final int AHEAD_LIMIT = 64 * 1024;

  private static final VarHandle END;

  static {
    try {
      END = MethodHandles.lookup().findVarHandle(Input.class, "end", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Transport transport;
  private final ReentrantLock reading = new ReentrantLock();
  private final AtomicBoolean watched = new AtomicBoolean();
  private ByteBuffer buffer = NOTHING;
  private volatile byte[] octets = NOTHING.array();
  private int from;
  private int to;
  private long position;

  @SuppressWarnings("UnusedVariable") // through END
  private int end;

  private volatile boolean ended;
  private volatile boolean waiting;

  Input(Transport transport) {
    this.transport = transport;
  }

  byte[] octets() {
    return octets;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  int available() {
    return to - from;
  }

  /** How many octets have been taken off the front so far. */
  long position() {
    return position;
  }

  /** Takes octets off the front. */
  void consume(int count) {
    from += count;
    position += count;
  }

  /**
   * Takes empty lines off the front: RFC 9112, section 2.2, has them ignored before a request.
   *
   * @return false if what is left might be the half of one
   */
  boolean skipEmptyLines() {
    byte[] current = octets;
    while (to - from >= 2 && current[from] == Octets.CR && current[from + 1] == Octets.LF) {
      consume(2);
    }
    return to - from != 1 || current[from] != Octets.CR;
  }

  /** Begins to work on this array; only for the connection's thread, when nothing is held. */
  void open(ByteBuffer room) {
    reading.lock();
    try {
      buffer = room;
      octets = room.array();
    } finally {
      reading.unlock();
    }
  }

  /**
   * Lets go of the array, to wait without one; only for the connection's thread, when it has used
   * everything.
   *
   * @return true if {@link #awaitOctets} must be called next; false if a watcher reads, or has read
   */
  boolean rest() {
    if (!reading.tryLock()) {
      return false;
    }
    if (ended || arrived()) {
      reading.unlock();
      return false;
    }
    letGo();
    return true;
  }

  /**
   * Lets go of the array for good; only for the connection's thread.
   *
   * @return false if a watcher may still read into it
   */
  boolean close() {
    if (!reading.tryLock()) {
      return false;
    }
    letGo();
    reading.unlock();
    return true;
  }

  private void letGo() {
    buffer = NOTHING;
    octets = NOTHING.array();
    moveTo(0);
  }

  /**
   * Waits until octets, or the end, have come, as a rule; {@link #poll} shows whether they have.
   */
  void awaitOctets() throws IOException {
    try {
      transport.await();
    } finally {
      reading.unlock();
    }
  }

  /** Whether somebody waits for octets at this moment. */
  boolean isBeingRead() {
    return reading.isLocked();
  }

  /** Whether the stream has ended; what had arrived before can still be there. */
  boolean ended() {
    return ended;
  }

  /**
   * Waits until there is at least one octet more.
   *
   * @param wanted how many would be welcome at once
   * @return false at the end of the stream
   */
  boolean fill(int wanted) throws IOException {
    if (arrived()) {
      return true;
    }
    if (!lock()) {
      return true;
    }
    try {
      if (arrived()) {
        return true;
      }
      if (ended) {
        return false;
      }
      makeRoom(wanted);
      return take(transport.read(buffer()));
    } catch (IOException e) {
      ended = true;
      throw e;
    } finally {
      reading.unlock();
    }
  }

  /** Takes the lock, or else what a watcher has read: false if it took that. */
  private boolean lock() {
    if (reading.tryLock()) {
      return true;
    }
    waiting = true;
    boolean come = arrived();
    if (!come) {
      reading.lock();
    }
    waiting = false;
    return !come;
  }

  /**
   * Takes what is there, without waiting unless a watcher does; only for the connection's thread,
   * after {@link #awaitOctets}.
   *
   * @return false if nothing is: {@link #awaitOctets} may return too early
   */
  boolean poll() throws IOException {
    if (!lock()) {
      return true;
    }
    try {
      if (arrived() || ended) {
        return true;
      }
      makeRoom(0);
      int count = transport.poll(buffer());
      take(count);
      return count != 0;
    } finally {
      reading.unlock();
    }
  }

  private boolean take(int count) {
    if (count < 0) {
      ended = true;
      return false;
    }
    to += count;
    END.setRelease(this, to);
    return true;
  }

  private boolean arrived() {
    int known = (int) END.getVolatile(this);
    if (known == to) {
      return false;
    }
    to = known;
    return true;
  }

  /** Says that a watcher is about to come; true if none is there. Whoever gets true releases it. */
  boolean reserveWatch() {
    return watched.compareAndSet(false, true);
  }

  void releaseWatch() {
    watched.set(false);
  }

  /**
   * Reads on behalf of the consumer until the stream ends, much is unread, or the consumer waits;
   * returns at once if somebody reads already, or if it comes so late that the connection is idle.
   */
  void watch() {
    if (!reading.tryLock()) {
      return;
    }
    try {
      if (octets == NOTHING.array()) {
        return;
      }
      int at = (int) END.getVolatile(this);
      while (!ended && !waiting && at < AHEAD_LIMIT) {
        if (at == octets.length) {
          octets = larger();
        }
        int count = transport.read(ByteBuffer.wrap(octets, at, octets.length - at));
        ended = count < 0;
        at += Math.max(count, 0);
        END.setVolatile(this, at);
      }
    } catch (IOException e) {
      ended = true;
    } finally {
      reading.unlock();
    }
  }

  /** With the lock held, and nothing beyond {@code to}. */
  private void makeRoom(int wanted) {
    if (from == to) {
      if (octets.length < Math.clamp(wanted, 1, BODY_SIZE)) {
        octets = new byte[BODY_SIZE];
      }
      moveTo(0);
    } else if (to == octets.length) {
      int held = to - from;
      if (from > 0) {
        System.arraycopy(octets, from, octets, 0, held);
      } else {
        octets = larger();
      }
      from = 0;
      moveTo(held);
    }
  }

  /** The same octets at the same places, and room behind them. */
  private byte[] larger() {
    return Arrays.copyOf(octets, Math.max(BODY_SIZE, 2 * octets.length));
  }

  private ByteBuffer buffer() {
    byte[] current = octets;
    if (buffer.array() != current) {
      buffer = ByteBuffer.wrap(current);
    }
    return buffer.limit(current.length).position(to);
  }

  private void moveTo(int position) {
    if (position == 0) {
      from = 0;
    }
    to = position;
    END.setRelease(this, position);
  }
}
