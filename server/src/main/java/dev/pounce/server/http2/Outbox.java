package dev.pounce.server.http2;

import dev.pounce.server.listen.Carrier;
import dev.pounce.server.listen.Packets;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The octets on their way out of a connection, of all its streams.
 *
 * <p>Whoever has something to send appends it to a buffer, with the lock held and without waiting
 * for the socket. One of them is the writer at a time: it takes the whole buffer, lets go of the
 * lock, writes, and does so again until nothing is left. The others go on: what they append while
 * it writes is its next write. A writer steps back once before its first one, so that the streams
 * whose threads are ready to run append theirs, too, and a hundred answers leave in one write.
 * After some rounds it passes the task on to a thread of its own, so that no application works for
 * others for long.
 *
 * <p>An exchange is over, and logged, when its last octet has been written. So an exchange that has
 * ended joins what the writer has to complete after its next write.
 */
final class Outbox {

  /** What is written in one call at most, and what bodies may fill. */
  static final int SIZE = 64 * 1024;

  private static final Logger LOGGER = System.getLogger("pounce");
  private static final int ROUNDS = 16;
  private static final Packets PACKETS = new Packets(SIZE);

  private final Link link;
  private final int hint;

  /** Fair, so that large bodies take turns; what is done in a moment takes it when it is free. */
  private final ReentrantLock lock = new ReentrantLock(true);

  private final Condition room = lock.newCondition();
  private final Condition opened = lock.newCondition();

  private @Nullable ByteBuffer buffer;
  private int length;
  private long appended;
  private volatile long written;
  private volatile long writingSince;
  private boolean writing;
  private boolean concluding;
  private volatile boolean concluded;
  private @Nullable IOException broken;
  private @Nullable Stream ended;

  Outbox(Link link) {
    this.link = link;
    this.hint = (int) link.number();
  }

  ReentrantLock lock() {
    return lock;
  }

  /** Takes the lock at once if it is free, whoever waits for it. */
  void enter() {
    if (!lock.tryLock()) {
      lock.lock();
    }
  }

  /** Signalled when there is room again. */
  Condition room() {
    return room;
  }

  /** Signalled when the connection's window has opened, once for each who may go on. */
  Condition opened() {
    return opened;
  }

  /** How many octets wait for the writer; with the lock held. */
  int length() {
    return length;
  }

  /** How many octets have been appended since the connection began; with the lock held. */
  long appended() {
    return appended;
  }

  /** How many of them the kernel has taken. Any thread. */
  long written() {
    return written;
  }

  /** Since when a write is under way, or 0. Any thread. */
  long writingSince() {
    return writingSince;
  }

  /** Whether somebody writes; with the lock held. */
  boolean isWriting() {
    return writing;
  }

  /** Why nothing can be sent any more, or null; with the lock held. */
  @Nullable IOException broken() {
    return broken;
  }

  /** Whether something has gathered and nobody is about to write it. Any thread. */
  boolean isLeft() {
    lock.lock();
    try {
      return length > 0 && !writing;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has what has gathered written, by the caller unless somebody is at it already.
   *
   * @param stepsBack whether others are likely to have something to send, too
   */
  void flush(boolean stepsBack) {
    enter();
    try {
      if (length > 0 && !writing) {
        write(stepsBack);
      }
    } finally {
      lock.unlock();
    }
  }

  /** An exchange has ended: it is completed when all that it has sent is written. */
  void finish(Stream stream) {
    enter();
    try {
      stream.end();
      stream.next = ended;
      ended = stream;
      if (!writing) {
        write(false);
      }
    } finally {
      lock.unlock();
    }
  }

  /** With the lock held, which it lets go of in between; nobody else writes. */
  void write(boolean stepsBack) {
    write(stepsBack, ROUNDS);
  }

  /**
   * As {@link #write}, for a stream that has more to send: who wrote on for the others would never
   * come to that.
   */
  void writeOnce() {
    write(false, 1);
  }

  private void write(boolean stepsBack, int most) {
    writing = true;
    if (stepsBack) {
      lock.unlock();
      Thread.yield();
      lock.lock();
    }
    int rounds = 0;
    while (length > 0 || ended != null) {
      if (++rounds > most) {
        Carrier.thread(this::goOn).start();
        return;
      }
      ByteBuffer out = length > 0 ? Objects.requireNonNull(buffer).clear().limit(length) : null;
      Stream done = ended;
      long end = appended;
      if (out != null) {
        buffer = null;
        length = 0;
      }
      ended = null;
      room.signalAll();
      lock.unlock();
      try {
        put(out, end);
        complete(done, out);
      } finally {
        lock.lock();
      }
    }
    writing = false;
    if (concluding && !concluded) {
      concluded = true;
      lock.unlock();
      try {
        link.conclude();
      } finally {
        lock.lock();
      }
    }
  }

  /** When all is written, nothing more will be. */
  void conclude() {
    lock.lock();
    try {
      concluding = true;
      if (!writing) {
        write(false);
      }
    } finally {
      lock.unlock();
    }
  }

  private void goOn() {
    lock.lock();
    try {
      write(false);
    } finally {
      lock.unlock();
    }
  }

  /** Without the lock, for the writer. An interrupt is the application's, not the connection's. */
  private void put(@Nullable ByteBuffer out, long end) {
    if (out == null || broken != null || concluded) {
      return;
    }
    boolean interrupted = false;
    int limit = out.limit();
    try {
      while (out.position() < limit) {
        writingSince = System.nanoTime();
        out.limit(Math.min(limit, out.position() + SIZE));
        try {
          link.transport().write(out);
        } catch (InterruptedIOException e) {
          interrupted |= Thread.interrupted();
        }
      }
      written = end;
    } catch (IOException e) {
      fail(e);
    } finally {
      writingSince = 0;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Tells what has become of what has ended, in the buffer that was written, or in another. */
  private void complete(@Nullable Stream done, @Nullable ByteBuffer out) {
    ByteBuffer free = out == null ? PACKETS.take(hint) : out;
    byte[] scratch = free.array();
    long now = System.nanoTime();
    for (Stream stream = done; stream != null; stream = stream.next) {
      try {
        scratch = stream.complete(scratch, now);
      } catch (RuntimeException | Error e) {
        LOGGER.log(Level.ERROR, "The end of a request could not be told", e);
      }
    }
    if (free.capacity() == SIZE) {
      PACKETS.give(hint, free);
    }
  }

  /** Nothing can be sent any more: whoever waits is told so. Any thread. */
  void fail(IOException why) {
    lock.lock();
    try {
      if (broken == null) {
        broken = why;
      }
      room.signalAll();
      opened.signalAll();
    } finally {
      lock.unlock();
    }
    link.transport().cut();
  }

  /** Appends a frame that carries a number. */
  void control(int type, int flags, int stream, int number) {
    int at = head(Integer.BYTES, type, flags, stream);
    advance(Frame.put(number, array(), at));
  }

  /** Writes a frame's head where there is room for all of it, and returns where that is. */
  int head(int payload, int type, int flags, int stream) {
    int at = reserve(Frame.HEAD + payload);
    return Frame.head(payload, type, flags, stream, array(), at);
  }

  /** Sees to it that there is room for so many octets more, and returns where that is. */
  int reserve(int count) {
    ByteBuffer current = buffer;
    if (current == null) {
      current = count <= SIZE ? PACKETS.take(hint) : ByteBuffer.allocate(count);
    } else if (current.capacity() - length < count) {
      ByteBuffer larger =
          ByteBuffer.allocate(Math.max(2 * current.capacity(), length + count))
              .put(current.array(), 0, length);
      if (current.capacity() == SIZE) {
        PACKETS.give(hint, current);
      }
      current = larger;
    }
    buffer = current;
    return length;
  }

  /** Where the room is; another array after each {@link #reserve}. */
  byte[] array() {
    return Objects.requireNonNull(buffer).array();
  }

  /** Says up to where there is something now. */
  void advance(int newLength) {
    appended += newLength - length;
    length = newLength;
  }
}
