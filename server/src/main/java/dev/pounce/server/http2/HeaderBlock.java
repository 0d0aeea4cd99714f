package dev.pounce.server.http2;

import dev.pounce.server.exchange.Refusal;
import java.util.Arrays;

/**
 * The field block under way: what a HEADERS frame and its CONTINUATIONs carry, of which nothing can
 * be used before the last one. One that lies in one frame is not copied. Used by the connection's
 * thread; others may ask since when it is open.
 */
final class HeaderBlock {

  /** More frames than a client needs, and more than the octets would need that there may be. */
  private static final int FRAMES = 64;

  /** How much more than the limit may come before the connection ends for it. */
  private static final int SLACK = 2;

  /**
   * How much more it may become, decoded: fields out of the table cost the client next to nothing.
   */
  private static final int BOMB = 16;

  private static final byte[] NOTHING = {};

  private final int limit;
  private byte[] octets = NOTHING;
  private int from;
  private int to;
  private int stream;
  private int frames;
  private boolean endsStream;
  private boolean onItself;
  private volatile long openSince;

  /** Of at most so many octets. */
  HeaderBlock(int limit) {
    this.limit = limit;
  }

  /** Begins one. */
  void open(int newStream, boolean newEndsStream, boolean newOnItself) {
    stream = newStream;
    endsStream = newEndsStream;
    onItself = newOnItself;
    octets = NOTHING;
    from = 0;
    to = 0;
    frames = 0;
  }

  /**
   * Takes what a frame carries.
   *
   * @param last whether it is the last one
   * @throws ConnectionError if it is more than there may be
   */
  void add(byte[] source, int start, int end, boolean last) throws ConnectionError {
    int size = end - start;
    if (++frames > FRAMES || to - from + size > SLACK * limit) {
      throw ConnectionError.calm(Refusal.tooLarge(431, "header block larger than " + limit));
    }
    if (last && frames == 1) {
      octets = source;
      from = start;
      to = end;
    } else {
      octets = Arrays.copyOf(octets, to + size);
      System.arraycopy(source, start, octets, to, size);
      to += size;
    }
    openSince = last ? 0 : frames == 1 ? System.nanoTime() : openSince;
  }

  /**
   * Looks at what has been decoded.
   *
   * @param size what the fields count for
   * @throws ConnectionError if it is so much more than allowed that it must be on purpose
   */
  void check(long size, RequestHead head) throws ConnectionError {
    octets = NOTHING;
    if (size > (long) BOMB * limit) {
      throw ConnectionError.calm(Refusal.tooLarge(431, "header block of " + size + " octets"));
    }
    if (size > limit) {
      head.refuse(Refusal.tooLarge(431, "head larger than " + limit + " bytes"));
    }
  }

  /** Whether more of it has to come before anything else. */
  boolean isOpen() {
    return openSince != 0;
  }

  /** Since when more of it is waited for, or 0. Any thread. */
  long openSince() {
    return openSince;
  }

  int stream() {
    return stream;
  }

  boolean endsStream() {
    return endsStream;
  }

  /** Whether its stream is to depend on itself. */
  boolean isOnItself() {
    return onItself;
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
}
