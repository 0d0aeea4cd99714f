package dev.pounce.server.http2;

import dev.pounce.server.listen.Carrier;
import java.time.Duration;

/**
 * How a connection ends without a request being lost (RFC 9113, section 6.8): the peer is told to
 * open no more streams, with a number that none exceeds; a round trip later, when it must have
 * heard that, and a moment more, for threads of its that had chosen the connection before, it is
 * told which was the last; and when those have ended the connection is concluded.
 *
 * <p>Whether a stream is served and which one the peer is told is the last are decided under one
 * lock, so the two always agree; the state is changed with it held, and read by anybody. Any
 * thread; nothing here waits.
 */
final class Shutdown {

  private static final Duration ROUND_TRIP_LIMIT = Duration.ofSeconds(1);
  private static final Duration GRACE = Duration.ofMillis(100);

  /** What the PING behind the first GOAWAY carries. */
  private static final long MARK = 0x706f756e63650001L;

  private enum State {
    OPEN,
    ANNOUNCED,
    FINAL,
    CONCLUDED
  }

  private final Session session;
  private volatile State state = State.OPEN;
  private boolean heard;

  /** When the peer was told first, or has heard of it. */
  private long since;

  private int last;
  private int open;

  Shutdown(Session session) {
    this.session = session;
  }

  /** Tells the peer, unless it knows. */
  void begin(long now) {
    synchronized (this) {
      if (state != State.OPEN) {
        return;
      }
      state = State.ANNOUNCED;
      since = now;
      session.control().goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR, "");
      session.control().ping(MARK, false);
    }
    Carrier.thread(session.output()::flush).start();
  }

  /** Whether a PING's answer says that the peer has heard of it. */
  boolean isAnsweredBy(long opaque) {
    return opaque == MARK;
  }

  /** The peer has heard of it. */
  synchronized void hear() {
    if (state == State.ANNOUNCED && !heard) {
      heard = true;
      since = System.nanoTime();
    }
  }

  void tick(long now) {
    synchronized (this) {
      Duration patience = heard ? GRACE : ROUND_TRIP_LIMIT;
      if (state != State.ANNOUNCED || now - since <= patience.toNanos()) {
        return;
      }
      state = State.FINAL;
      session.control().goAway(last, ErrorCode.NO_ERROR, "");
      concludeIfIdle();
    }
    Carrier.thread(session.output()::flush).start();
  }

  /** Takes a stream in, unless it comes behind the last that the peer was told of. */
  synchronized boolean admit(int id) {
    if (state == State.FINAL || state == State.CONCLUDED) {
      return false;
    }
    last = id;
    open++;
    return true;
  }

  /** A stream that was admitted has ended. */
  synchronized void leave() {
    open--;
    concludeIfIdle();
  }

  private void concludeIfIdle() {
    if (state == State.FINAL && open == 0) {
      state = State.CONCLUDED;
      Carrier.thread(session.outbox()::conclude).start();
    }
  }

  /** Ends it at once: the peer has broken a rule. */
  void fail(ConnectionError e) {
    synchronized (this) {
      state = State.CONCLUDED;
      session.control().goAway(last, e.code(), e.refusal().reason());
    }
    session.outbox().conclude();
  }

  boolean isConcluded() {
    return state == State.CONCLUDED;
  }
}
