package dev.pounce.observe.metrics;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.Vitals;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The counters of one worker: a stretch of memory, cut into stripes that hold the same cells. A
 * cell is a 64-bit counter that only grows; its value is the sum over all stripes. Nothing here
 * asks where the memory lies: it may be on the heap, or a file that other processes map too.
 *
 * <p><b>Writing.</b> Any thread may add, at any time, without a lock: an add is one atomic
 * instruction. A connection adds to one stripe all its life, so that threads on different cores
 * seldom wait for the same cache line. Within a stripe, what every request adds to lies together at
 * the front; the table of methods and statuses follows.
 *
 * <p><b>Reading.</b> Any thread may read while others add. What was added before the read began is
 * in it; of what is added meanwhile, some is and some is not. There are no gauges here, only what
 * they are differences of: how many requests started, and how many ended. A difference that a
 * reader makes is never negative, and this rests on three rules:
 *
 * <ul>
 *   <li>a request adds to what started before it adds to what ended;
 *   <li>it adds to both in the same stripe;
 *   <li>in each stripe a reader reads what ended first: it lies in front, and cells are read in
 *       their order.
 * </ul>
 *
 * So each end that a reader has seen belongs to a start that it will see. Connections obey the same
 * rules.
 *
 * <p>Time is counted in microseconds, because nanoseconds overflow: of 100,000 requests that hang
 * together, after a day.
 */
final class Slab {

  static final int ENDED = 0;
  static final int COMPLETED = 1;
  static final int STARTED = 2;
  static final int OPENED = 3;
  static final int BYTES_SENT = 4;
  static final int MICROS = 5;
  static final int DISCONNECTS = 6;
  static final int HANDSHAKE_FAILURES = 7;
  private static final int BUCKETS = 8;
  private static final int REJECTED = BUCKETS + Buckets.COUNT;

  /** From here on is what a process or the server as a whole counts. */
  static final int LOG_LINES_DROPPED = REJECTED + RequestRejected.Reason.values().length;

  static final int COLLECTOR_FAILURES = LOG_LINES_DROPPED + 1;
  static final int SPANS_DROPPED = COLLECTOR_FAILURES + 1;
  static final int STALLS = SPANS_DROPPED + 1;
  static final int RESTARTS = STALLS + 1;
  static final int RELOADS = RESTARTS + 1;
  static final int FAILED_RELOADS = RELOADS + 1;
  static final int LAG_NANOS = FAILED_RELOADS + 1;
  static final int LAG = LAG_NANOS + 1;

  /** The table, behind all other cells. */
  static final int REQUESTS = LAG + Vitals.LAG_BOUNDS.size() + 1;

  /** A row of the table: the statuses from 100 to 599, and one cell for all others. */
  static final int LEAST_STATUS = 100;

  static final int STATUSES = 500;
  private static final int ROW = STATUSES + 1;
  static final int CELLS = REQUESTS + Method.all().length * ROW;

  private static final int MOST_STRIPES = 8;

  /** A multiple of 128 bytes, the most that cores fetch at once. */
  private static final long STRIPE_BYTES = (CELLS * JAVA_LONG.byteSize() + 127) & -128L;

  private static final VarHandle CELL = JAVA_LONG.varHandle();

  /** Spreads connections whose numbers have a pattern, as those of every second one have. */
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final MemorySegment memory;
  private final int mask;

  /**
   * A view of memory that holds a slab: counters go on from what it holds.
   *
   * @param memory of {@link #bytes} bytes, aligned to 8 bytes
   */
  Slab(MemorySegment memory) {
    long stripes = memory.byteSize() / STRIPE_BYTES;
    if (memory.byteSize() % STRIPE_BYTES != 0
        || Long.bitCount(stripes) != 1
        || stripes > MOST_STRIPES) {
      throw new IllegalArgumentException("a slab is not of " + memory.byteSize() + " bytes");
    }
    this.memory = memory;
    this.mask = (int) stripes - 1;
  }

  /** A new slab on the heap, with as many stripes as this machine can use. */
  static Slab onHeap() {
    int stripes = stripes(Runtime.getRuntime().availableProcessors());
    return new Slab(MemorySegment.ofArray(new long[(int) (bytes(stripes) / JAVA_LONG.byteSize())]));
  }

  /** As many stripes as cores, rounded up to a power of two, and at most 8. */
  static int stripes(int cores) {
    return cores >= MOST_STRIPES ? MOST_STRIPES : Integer.highestOneBit(2 * cores - 1);
  }

  /** The size of a slab of a power of two of stripes, in bytes. */
  static long bytes(int stripes) {
    return stripes * STRIPE_BYTES;
  }

  /** Where the stripe of a connection lies: to be given to {@link #add}. */
  long stripe(long connectionId) {
    return ((connectionId * GOLDEN >>> 61) & mask) * STRIPE_BYTES;
  }

  void add(long stripe, int cell, long amount) {
    CELL.getAndAdd(memory, stripe + cell * JAVA_LONG.byteSize(), amount);
  }

  private long get(long stripe, int cell) {
    return (long) CELL.getVolatile(memory, stripe + cell * JAVA_LONG.byteSize());
  }

  /** All cells, each summed over the stripes. */
  long[] read() {
    long[] sums = new long[CELLS];
    for (int stripe = 0; stripe <= mask; stripe++) {
      long at = stripe * STRIPE_BYTES;
      for (int cell = 0; cell < CELLS; cell++) {
        sums[cell] += get(at, cell);
      }
    }
    return sums;
  }

  /** How many connections are open: without a look at all cells. */
  long connectionsActive() {
    long active = 0;
    for (int stripe = 0; stripe <= mask; stripe++) {
      long completed = get(stripe * STRIPE_BYTES, COMPLETED);
      active += get(stripe * STRIPE_BYTES, OPENED) - completed;
    }
    return active;
  }

  /**
   * Ends all that has not ended, after nobody is left who would. A reader at the same time sees a
   * stripe before or after, and no ends without starts.
   *
   * @return how many requests that were
   */
  long balance() {
    long requests = 0;
    for (int stripe = 0; stripe <= mask; stripe++) {
      requests += balance(stripe * STRIPE_BYTES, ENDED, STARTED);
      balance(stripe * STRIPE_BYTES, COMPLETED, OPENED);
    }
    return requests;
  }

  private long balance(long stripe, int end, int start) {
    long open = get(stripe, start) - get(stripe, end);
    add(stripe, end, open);
    return open;
  }

  static int bucket(int bucket) {
    return BUCKETS + bucket;
  }

  static int rejected(RequestRejected.Reason reason) {
    return REJECTED + reason.ordinal();
  }

  /** The cell of a method and any status. */
  static int requests(Method method, int status) {
    int column = status - LEAST_STATUS;
    return REQUESTS
        + method.ordinal() * ROW
        + (column >= 0 && column < STATUSES ? column : STATUSES);
  }
}
