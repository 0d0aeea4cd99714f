package dev.pounce.server.http2;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A stream's way out: how much may be sent, whether anything more is, and whether it takes one of
 * the places that the peer has for streams.
 *
 * <p>The output's lock guards all of it but what {@link #isClosed} says, which anybody may ask. The
 * connection's thread makes it and gives it its place, before others know of it.
 */
final class Sending {

  private final Streams streams;

  /** How much of the response's body may be sent; negative after the peer has reduced it. */
  private long window;

  private @Nullable Condition opened;
  private boolean placed;
  private boolean keepsPlace;
  private boolean whole;
  private volatile boolean closed;

  Sending(Streams streams, int window) {
    this.streams = streams;
    this.window = window;
  }

  long window() {
    return window;
  }

  /** So much has been sent. */
  void spend(int octets) {
    window -= octets;
  }

  /**
   * The window changes, and whoever waits for it looks again.
   *
   * @param octets by how much; negative if there is less of it now
   * @return false if it is larger than a window may be (RFC 9113, section 6.9.1)
   */
  boolean open(int octets) {
    window += octets;
    wake();
    return window <= Integer.MAX_VALUE;
  }

  /** The condition to wait in for the window. */
  Condition opened(ReentrantLock lock) {
    Condition mine = opened;
    if (mine == null) {
      mine = lock.newCondition();
      opened = mine;
    }
    return mine;
  }

  private void wake() {
    if (opened != null) {
      opened.signalAll();
    }
  }

  /** It takes a place from now on. */
  void place() {
    placed = true;
  }

  /**
   * It is answered in its application's place: it keeps its own until that has returned, however
   * late.
   */
  void keepPlace() {
    keepsPlace = true;
  }

  /** It leaves its place to another, if it has one. */
  void leave() {
    if (placed) {
      placed = false;
      streams.leave();
    }
  }

  /** Nothing more is sent, by a reset from one side or the other, and nobody is to wait for it. */
  void close() {
    closed = true;
    wake();
  }

  /** The last of the response is on its way. */
  void closeWhole() {
    closed = true;
    whole = true;
    if (!keepsPlace) {
      leave();
    }
  }

  /** Whether all of the response is on its way. */
  boolean isWhole() {
    return whole;
  }

  /** Whether nothing more is sent. Any thread. */
  boolean isClosed() {
    return closed;
  }
}
