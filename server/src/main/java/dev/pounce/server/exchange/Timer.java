package dev.pounce.server.exchange;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What a connection, or a stream of one, is doing and since when, in one word.
 *
 * <p>The connection's thread writes it as it goes from one phase to the next; the reaper reads it
 * every now and then and ends what has taken too long. Both in one word means that the reaper never
 * sees a phase with another phase's time. Only two changes compete: the end of a wait, by its
 * thread, and its expiry, by the reaper; each is one atomic operation, so just one of them happens.
 */
public final class Timer {

  /** The phases of a connection. */
  public enum Phase {
    /** Accepted; its thread has not begun. */
    NEW,
    /** A TLS handshake has begun. */
    HANDSHAKE,
    /** Between requests, no octet of the next one seen. */
    IDLE,
    /** A part of a request's head has arrived. */
    HEAD,
    /** The application has the request and has not begun to answer. */
    HANDLER,
    /** The application waits for the request's body. */
    BODY,
    /** The response has begun, and the application is making more of it. */
    STREAM,
    /** A WebSocket is open. */
    WEBSOCKET,
    /** A write is under way. */
    WRITE,
    /** HTTP/2 is spoken: each stream has a timer of its own. */
    STREAMS,
    /** Nothing more is served: expired, or lingering until the client has seen the end. */
    CLOSING;

    private static final Phase[] ALL = values();

    /** Whether a request is under way. */
    public boolean isActive() {
      return switch (this) {
        case HEAD, HANDLER, BODY, STREAM, WEBSOCKET, WRITE -> true;
        case NEW, HANDSHAKE, IDLE, STREAMS, CLOSING -> false;
      };
    }
  }

  private static final int BITS = 4;
  private static final long ORIGIN = System.nanoTime();
  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(Timer.class, "word", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("UnusedVariable") // through WORD
  private volatile long word;

  /**
   * Begins with {@link Phase#NEW}.
   *
   * @param now the time, as everywhere here by {@link System#nanoTime}
   */
  public Timer(long now) {
    word = word(Phase.NEW, now);
  }

  private static long word(Phase phase, long now) {
    return (now - ORIGIN) << BITS | phase.ordinal();
  }

  /** Goes on to a phase. */
  public void enter(Phase phase, long now) {
    WORD.setRelease(this, word(phase, now));
  }

  /** Goes on to a phase, and tells which one it was until now. */
  public Phase exchange(Phase phase, long now) {
    return phaseOf((long) WORD.getAndSet(this, word(phase, now)));
  }

  /** Ends a phase that has taken too long, unless it has ended by itself since it was looked at. */
  public boolean expire(long seen, long now) {
    return WORD.compareAndSet(this, seen, word(Phase.CLOSING, now));
  }

  /** Phase and time, for {@link #expire}. */
  public long look() {
    return (long) WORD.getAcquire(this);
  }

  /** What is going on. */
  public Phase phase() {
    return phaseOf(look());
  }

  /** The phase that {@link #look} has seen. */
  public static Phase phaseOf(long word) {
    return Phase.ALL[(int) word & (1 << BITS) - 1];
  }

  /** For how long it had gone on then. */
  public static long nanosSince(long word, long now) {
    return now - ORIGIN - (word >> BITS);
  }
}
