package dev.pounce.server.http1;

import dev.pounce.server.exchange.Timer;
import dev.pounce.server.listen.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The octets on their way out of a connection: responses gather here until there is nothing more to
 * answer, and leave in one write.
 *
 * <p>Every method but {@link #takeFlushedAside} and the last three is called with the lock held.
 * Nearly always that is the connection's own thread; the others are the application's thread when
 * it sends from another one, and whoever answers in the application's place when its time is up.
 * The lock decides who may write.
 */
final class Output {

  /**
   * What is written in one call at most: the JDK keeps a direct buffer of this size for each
   * carrier.
   */
  private static final int WRITE_LIMIT = 64 * 1024;

  private final Transport transport;
  private final Timer timer;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable ByteBuffer buffer;
  private int length;
  private long appended;
  private long written;
  private volatile long flushedAside;

  Output(Transport transport, Timer timer) {
    this.transport = transport;
    this.timer = timer;
  }

  void lock() {
    lock.lock();
  }

  void unlock() {
    lock.unlock();
  }

  boolean isEmpty() {
    return length == 0;
  }

  /** Room for a response head and what frames its body; {@link #advance} says how much was used. */
  byte[] room(int count) throws IOException {
    ByteBuffer current = buffer();
    if (current.capacity() - length < count) {
      flush();
      if (current.capacity() < count) {
        current = ByteBuffer.allocate(count);
        buffer = current;
      }
    }
    return current.array();
  }

  int length() {
    return length;
  }

  void advance(int newLength) {
    appended += newLength - length;
    length = newLength;
  }

  /** How many octets have been appended since the connection began. */
  long appended() {
    return appended;
  }

  /** How many of them the kernel has taken. */
  long written() {
    return written;
  }

  /** Appends octets; those that do not fit are written from where they are. */
  void append(byte[] octets, int offset, int count) throws IOException {
    ByteBuffer current = buffer();
    appended += count;
    int fitting = Math.min(count, current.capacity() - length);
    if (fitting < count && length == 0) {
      fitting = 0;
    }
    System.arraycopy(octets, offset, current.array(), length, fitting);
    length += fitting;
    if (fitting < count) {
      flush();
      write(ByteBuffer.wrap(octets, offset + fitting, count - fitting));
    }
  }

  /** Writes octets from where they are, when nothing has gathered. */
  void send(byte[] octets, int from, int to) throws IOException {
    appended += to - from;
    write(ByteBuffer.wrap(octets, from, to - from));
  }

  /** Writes what has gathered. */
  void flush() throws IOException {
    if (length > 0) {
      write(gathered());
    }
  }

  /**
   * Writes what has gathered while the connection is busy with something else, whose phase and time
   * stay as they are.
   */
  void flushAside() throws IOException {
    if (length > 0) {
      ByteBuffer source = gathered();
      while (source.hasRemaining()) {
        put(source);
      }
      flushedAside = System.nanoTime();
    }
  }

  /**
   * When {@link #flushAside} wrote what the connection's thread still takes for unwritten, or 0.
   */
  long takeFlushedAside() {
    long time = flushedAside;
    if (time != 0) {
      flushedAside = 0;
    }
    return time;
  }

  /**
   * Writes what has gathered, unless another thread is writing; for a connection that is given up.
   */
  void flushIfFree() {
    if (lock.tryLock()) {
      try {
        flush();
      } catch (IOException e) {
        length = 0;
      } finally {
        lock.unlock();
      }
    }
  }

  private ByteBuffer gathered() {
    ByteBuffer gathered = buffer().position(0).limit(length);
    length = 0;
    return gathered;
  }

  private void write(ByteBuffer source) throws IOException {
    int end = source.limit();
    while (source.position() < end) {
      timer.enter(Timer.Phase.WRITE, System.nanoTime());
      source.limit(Math.min(end, source.position() + WRITE_LIMIT));
      put(source);
    }
  }

  private void put(ByteBuffer source) throws IOException {
    int before = source.position();
    transport.write(source);
    written += source.position() - before;
  }

  private ByteBuffer buffer() {
    return Objects.requireNonNull(buffer, "an idle connection writes nothing");
  }

  /** Whether there is room to gather in. */
  boolean isOpen() {
    return buffer != null;
  }

  /** Begins to work; only for the connection's thread. */
  void open(ByteBuffer room) {
    buffer = room;
  }

  /** Lets go of the buffer; only for the connection's thread, when nothing is left in it. */
  void close() {
    buffer = null;
  }

  /** The array as a place to work in; only for the connection's thread, when nothing is in it. */
  byte[] scratch() {
    return buffer().array();
  }
}
