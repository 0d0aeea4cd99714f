package dev.pounce.observe.log;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bounded queue of byte records: many producers, one consumer, no lock, no garbage.
 *
 * <p>Payloads live in one byte array, cut into granules of 32 bytes. A record begins at a granule,
 * is contiguous, and takes as many granules as it needs. Its header, one int, stands apart, in a
 * slot with the number of its first granule: the payload stays contiguous for one bulk copy, and
 * the consumer clears one int to recycle a record, not its bytes. Where a record would run over the
 * end of the array, the granules up to the end become a padding record, and it begins at 0.
 *
 * <p>{@code tail} and {@code head} count bytes from the beginning of time; modulo the capacity they
 * are places in the array. {@code tail} also carries the sign bit once the ring is closed. What
 * holds at every moment:
 *
 * <ol>
 *   <li>{@code head <= tail <= head + capacity}. The granules between them are claimed, the others
 *       free.
 *   <li>Producers claim by compare-and-set on the tail, so no granule has two owners. Space that
 *       was claimed is always published: between the two stand only copies of arrays whose bounds
 *       were checked before.
 *   <li>A slot is 0 unless its granule begins a published record that was not taken yet. A producer
 *       writes the payload first and then its header with release; the consumer reads the header
 *       with acquire, so it sees whole payloads or 0. At a 0 it stops: records leave in the order
 *       in which they were claimed.
 *   <li>The consumer clears a slot before it moves the head past it, with release; a producer reads
 *       the head with acquire before it claims, so it never writes over a payload still being read,
 *       and the consumer never meets an old header.
 *   <li>Closing sets one bit in the word on which producers race. An offer is therefore either
 *       before it, and will be drained, or after it, and is refused.
 * </ol>
 *
 * <p>The head moves once for many records, so producers on other cores read it from their caches.
 */
final class Ring {
  /** An offer was refused: no room, or the record is longer than {@link #longest}. */
  static final int FULL = -1;

  /** An offer was refused: the ring is closed. */
  static final int CLOSED = -2;

  private static final int TAG_BITS = 4;
  private static final int TAG_MASK = (1 << TAG_BITS) - 1;
  private static final int GRANULE = 32;
  private static final int GRANULE_SHIFT = 5;
  private static final int LENGTH_BITS = 26;
  private static final int LENGTH_MASK = (1 << LENGTH_BITS) - 1;
  private static final int PADDING = 1 << (LENGTH_BITS + TAG_BITS);
  private static final int PUBLISHED = 1 << (LENGTH_BITS + TAG_BITS + 1);
  private static final int LONGEST = 256 << 10;
  private static final long CLOSED_BIT = Long.MIN_VALUE;

  private final int capacity;
  private final int longest;
  private final byte[] bytes;
  private final AtomicIntegerArray headers;
  private final AtomicLong tail = new AtomicLong();
  private final AtomicLong head = new AtomicLong();

  /** Where the consumer reads: everything from {@code head} to here was taken, not yet released. */
  private long cursor;

  private int header;

  /**
   * Makes an empty ring.
   *
   * @param capacity bytes, a power of two, 128 to 64 Mi
   */
  Ring(int capacity) {
    if (Integer.bitCount(capacity) != 1 || capacity < 4 * GRANULE || capacity > LENGTH_MASK + 1) {
      throw new IllegalArgumentException(
          "capacity: " + capacity + " (expected: a power of two, 128 to 67108864)");
    }
    this.capacity = capacity;
    this.longest = Math.min(capacity / 4, LONGEST);
    this.bytes = new byte[capacity];
    this.headers = new AtomicIntegerArray(capacity >> GRANULE_SHIFT);
  }

  int capacity() {
    return capacity;
  }

  /** The longest record that is taken: 256 KiB, or a quarter of a small ring. */
  int longest() {
    return longest;
  }

  /**
   * Copies a record in. Any thread.
   *
   * @param tag four bits that the consumer gets back
   * @return the bytes in use after it, {@link #FULL} or {@link #CLOSED}
   */
  int offer(int tag, byte[] source, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, source.length);
    if (length > longest) {
      return FULL;
    }
    int span = span(length);
    long from;
    long to;
    long used;
    do {
      from = tail.get();
      if (from < 0) {
        return CLOSED;
      }
      int room = capacity - place(from);
      to = from + span + (room < span ? room : 0);
      used = to - head.get();
      if (used > capacity) {
        return FULL;
      }
    } while (!tail.weakCompareAndSetVolatile(from, to));
    int place = place(to - span);
    if (to - from != span) {
      headers.setRelease(slot(place(from)), PUBLISHED | PADDING | (int) (to - from - span));
    }
    System.arraycopy(source, offset, bytes, place, length);
    headers.setRelease(slot(place), PUBLISHED | (tag << LENGTH_BITS) | length);
    return (int) used;
  }

  /** Refuses every later offer. Any thread. */
  void close() {
    tail.getAndUpdate(now -> now | CLOSED_BIT);
  }

  boolean closed() {
    return tail.get() < 0;
  }

  /** Where the next record to be claimed will begin. */
  long claimed() {
    return tail.get() & ~CLOSED_BIT;
  }

  /** Whether nothing is claimed and not taken, published or not. Consumer only. */
  boolean drained() {
    return claimed() == cursor;
  }

  /**
   * Looks at the oldest record that was not taken. Consumer only.
   *
   * @param end where to stop, from {@link #claimed}
   * @return whether there is one, whole, that begins before {@code end}
   */
  boolean peek(long end) {
    while (cursor < end) {
      header = headers.getAcquire(slot(place(cursor)));
      if ((header & PADDING) == 0) {
        return header != 0;
      }
      take();
    }
    return false;
  }

  int tag() {
    return (header >>> LENGTH_BITS) & TAG_MASK;
  }

  int length() {
    return header & LENGTH_MASK;
  }

  int offset() {
    return place(cursor);
  }

  byte[] bytes() {
    return bytes;
  }

  /** Goes past the record looked at; it may be read until {@link #release}. Consumer only. */
  void take() {
    headers.setPlain(slot(place(cursor)), 0);
    cursor += span(length());
  }

  /** Gives the space of what was taken back to the producers. Consumer only. */
  void release() {
    head.setRelease(cursor);
  }

  private int place(long position) {
    return (int) position & (capacity - 1);
  }

  private static int slot(int place) {
    return place >> GRANULE_SHIFT;
  }

  private static int span(int length) {
    return Math.max(GRANULE, (length + GRANULE - 1) & -GRANULE);
  }
}
