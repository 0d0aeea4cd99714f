package dev.pounce.observe.log;

import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.TimeZone;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes log lines on a thread of its own, {@code pounce-log}, so that no request ever waits for a
 * disk or a pipe.
 *
 * <p>Any thread {@linkplain #offer offers} lines; they are copied into a bounded {@link Ring}. An
 * offer takes no lock, makes no garbage and, as a rule, no system call. Where a line does not fit,
 * because the sink is slower than the server or stands still, the line is dropped and counted; once
 * the sink moves again a line says how many.
 *
 * <p><b>Waking.</b> Unparking a thread costs more than a request's whole log line, so producers do
 * not do it for each. The thread drains the ring, naps for a few milliseconds, and drains again:
 * under load one nap gathers hundreds of lines for one write. After a few rounds that found nothing
 * it sleeps until it is woken. {@code state} says which of these it does:
 *
 * <ul>
 *   <li>{@code AWAKE}: it will look at the ring again before it rests. Nobody need do anything.
 *   <li>{@code NAPPING}: it comes back by itself. Only a producer that finds the ring more than
 *       half full wakes it.
 *   <li>{@code SLEEPING}: the producer of the next line wakes it.
 * </ul>
 *
 * <p>Whoever moves the state to {@code AWAKE} by compare-and-set unparks, so of many producers one
 * does. No wake-up is lost: the thread writes {@code SLEEPING}, then reads the ring's tail, and
 * parks only if nothing is claimed; a producer moves the tail, then reads the state. Both words are
 * volatile, so at least one of the two sees the other's write.
 *
 * <p><b>Sinks that fail.</b> A sink that blocks blocks this thread alone. A sink that throws loses
 * the lines of that write, which count as dropped; the thread waits a little and goes on with the
 * next lines, for as long as the writer lives. Whatever a sink throws, the thread survives it.
 *
 * <p><b>Closing.</b> The ring refuses offers from a definite moment on; all that was accepted
 * before it is written. The closer waits for that, but for two seconds at most. A sink that stands
 * still longer keeps the thread, which is a daemon.
 */
public final class LogWriter implements AutoCloseable {
  /** A tenth of a second of lines at 140,000 requests a second: disks do stop for that long. */
  private static final int RING_BYTES = 4 << 20;

  private static final long NAP_NANOS = Duration.ofMillis(4).toNanos();
  private static final long RETRY_NANOS = Duration.ofMillis(100).toNanos();
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);
  private static final int EMPTY_ROUNDS = 4;

  private static final int AWAKE = 0;
  private static final int NAPPING = 1;
  private static final int SLEEPING = 2;

  private static final LogLevel[] LEVELS = LogLevel.values();
  private static final LogName[] NAMES = LogName.values();
  private static final int LEVEL_BITS = 2;
  private static final int LEVEL_MASK = (1 << LEVEL_BITS) - 1;

  private final Ring ring;
  private final int half;
  private final Sink sink;
  private final MessageLine messages;
  private final Thread thread;
  private final AtomicInteger state = new AtomicInteger(AWAKE);
  private final AtomicLong dropped = new AtomicLong();

  // Of the log's thread alone.
  private long said;
  private boolean failing;

  private LogWriter(Ring ring, Sink sink, MessageLine messages) {
    this.ring = ring;
    this.half = ring.capacity() / 2;
    this.sink = sink;
    this.messages = messages;
    this.thread = Thread.ofPlatform().name("pounce-log").daemon(true).unstarted(this::run);
  }

  /**
   * A writer of lines to a stream. The stream is flushed after each batch of lines; it is never
   * closed, it stays the caller's.
   *
   * @param out where lines go; written to by one thread, best unbuffered
   * @param format the layout of messages and of what the log says about itself
   * @return a writer whose thread runs until it is closed
   */
  public static LogWriter to(OutputStream out, LogFormat format) {
    return to(out, format, RING_BYTES, InstantSource.system(), TimeZone::getDefault);
  }

  static LogWriter to(
      OutputStream out,
      LogFormat format,
      int capacity,
      InstantSource clock,
      Supplier<TimeZone> zone) {
    Ring ring = new Ring(capacity);
    StreamSink sink = new StreamSink(out, ring.longest());
    return new LogWriter(ring, sink, new MessageLine(format, clock, zone)).start();
  }

  /**
   * A writer of lines to the JDK's {@link System.Logger}, for a server inside another program. Each
   * line goes to the logger of its name, at its level. Text lines carry no time and no level: the
   * program's own log adds them.
   *
   * @param format the layout of messages and of what the log says about itself
   * @return a writer whose thread runs until it is closed
   */
  public static LogWriter toSystemLogger(LogFormat format) {
    MessageLine messages = new MessageLine(format, InstantSource.system(), null);
    return new LogWriter(new Ring(RING_BYTES), new LoggerSink(), messages).start();
  }

  private LogWriter start() {
    thread.start();
    return this;
  }

  /**
   * Offers a line. Never waits. Any thread.
   *
   * @param level how much it matters
   * @param name the logger it belongs to
   * @param line holds the line in UTF-8, copied before this returns; best with its line feed, which
   *     is added where it is missing
   * @param offset where the line begins
   * @param length bytes, at most 256 Ki
   * @return false if the line was dropped, because the buffer is full, the line too long, or the
   *     writer closed; the first two are {@linkplain #dropped counted}
   * @throws IndexOutOfBoundsException if the line is not within the array
   */
  public boolean offer(LogLevel level, LogName name, byte[] line, int offset, int length) {
    int tag = (name.code << LEVEL_BITS) | level.code;
    int used = ring.offer(tag, line, offset, length);
    if (used >= 0) {
      if (state.get() >= (used > half ? NAPPING : SLEEPING)) {
        wake();
      }
      return true;
    }
    if (used == Ring.FULL) {
      dropped.incrementAndGet();
    }
    return false;
  }

  /**
   * Offers a message as a line. Never waits, but allocates: not for the request path. Any thread.
   *
   * @param level how much it matters
   * @param logger the name of the logger it belongs to
   * @param message plain text
   * @param thrown what is shown with its stack trace, or null
   * @return false if the message was dropped
   */
  public boolean message(
      LogLevel level, String logger, String message, @Nullable Throwable thrown) {
    return message(level, logger, message, thrown, null);
  }

  /**
   * Offers a message that belongs to a request. As {@link #message(LogLevel, String, String,
   * Throwable)}.
   *
   * @param level how much it matters
   * @param logger the name of the logger it belongs to
   * @param message plain text
   * @param thrown what is shown with its stack trace, or null
   * @param requestId the request's ID, of which text shows 12 characters, or null
   * @return false if the message was dropped
   */
  public boolean message(
      LogLevel level,
      String logger,
      String message,
      @Nullable Throwable thrown,
      @Nullable String requestId) {
    byte[] line = messages.of(level, logger, message, thrown, requestId);
    return offer(level, LogName.of(logger), line, 0, line.length);
  }

  /**
   * The lines that were lost since the beginning: those that did not fit and those that the sink
   * failed to take.
   *
   * @return 0 or more, never less than before
   */
  public long dropped() {
    return dropped.get();
  }

  /**
   * Refuses further lines, and waits until those already accepted are written, for two seconds at
   * most. A second call does no harm.
   */
  @Override
  public void close() {
    ring.close();
    LockSupport.unpark(thread);
    if (Thread.currentThread().equals(thread)) {
      return;
    }
    try {
      thread.join(CLOSE_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void wake() {
    int now = state.get();
    if (now != AWAKE && state.compareAndSet(now, AWAKE)) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    int empty = 0;
    while (true) {
      boolean closed = ring.closed();
      // Read before the ring is: what was dropped by now came after all that is drained next.
      long lost = dropped.get();
      boolean found = drain();
      sayDropped(lost);
      if (closed && ring.drained() && (failing || dropped.get() == said)) {
        return;
      }
      empty = found ? 0 : empty + 1;
      if (closed) {
        Thread.onSpinWait();
      } else if (failing && found) {
        LockSupport.parkNanos(RETRY_NANOS);
      } else if (empty <= EMPTY_ROUNDS || !ring.drained()) {
        nap();
      } else {
        sleep();
      }
      // A sink may have left it set; parking would return at once for ever.
      Thread.interrupted();
    }
  }

  private void nap() {
    state.set(NAPPING);
    LockSupport.parkNanos(NAP_NANOS);
    state.set(AWAKE);
  }

  private void sleep() {
    state.set(SLEEPING);
    if (ring.drained() && !ring.closed()) {
      LockSupport.park();
    }
    state.set(AWAKE);
  }

  /** Takes what is in the ring by now, and returns whether there was anything. */
  private boolean drain() {
    long end = ring.claimed();
    boolean found = false;
    while (ring.peek(end)) {
      found = true;
      if (!sink.fits(ring.length())) {
        ring.release();
        if (!write()) {
          return true;
        }
      }
      int tag = ring.tag();
      sink.add(
          LEVELS[tag & LEVEL_MASK],
          NAMES[tag >> LEVEL_BITS],
          ring.bytes(),
          ring.offset(),
          ring.length());
      ring.take();
    }
    ring.release();
    if (found) {
      write();
    }
    return found;
  }

  private boolean write() {
    int lines = sink.lines();
    failing = !written();
    if (failing) {
      dropped.addAndGet(lines);
    }
    return !failing;
  }

  private boolean written() {
    try {
      sink.write();
      return true;
    } catch (Throwable e) {
      // Even an Error, from a logger of the embedding program: without this thread there is no log.
      return false;
    }
  }

  /** Not while the sink fails: the next line that gets through comes first. */
  private void sayDropped(long lost) {
    if (lost != said && !failing) {
      byte[] line = messages.dropped(lost - said);
      sink.add(LogLevel.WARNING, LogName.LOG, line, 0, line.length);
      failing = !written();
      said = failing ? said : lost;
    }
  }
}
