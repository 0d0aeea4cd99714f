package dev.pounce.observe.metrics;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.Vitals;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A slab in a file that several processes map: a page that says what it is and whose, and behind it
 * the stripes. Numbers are in the machine's byte order, since the file never leaves it.
 *
 * <p>The file is written whole, zeros and all, before it gets its name: so nobody sees half of one,
 * and no add finds the disk full. It is never made larger or smaller. If somebody else cuts it, the
 * JVM makes an {@link InternalError} of the signal that an access then gives, now or a little
 * later; a call of the system brings it at the latest.
 */
final class SlabFile {

  static final long HEADER_BYTES = 4096;

  private static final int MAGIC = 0;
  private static final int LAYOUT = 8;
  private static final int STRIPES = 16;
  private static final int WORKER = 24;
  private static final int PID = 32;
  private static final int START = 40;
  private static final int ACCEPTING = 48;

  private static final long POUNCE = 0x506f756e63652121L;

  /** Unlike where cells mean something else: what they mean is all that counts. */
  private static final long CELLS =
      List.of(
              Slab.CELLS,
              Slab.bytes(1),
              Arrays.toString(Method.all()),
              Arrays.toString(RequestRejected.Reason.values()),
              Buckets.bounds(),
              Vitals.LAG_BOUNDS)
          .toString()
          .hashCode();

  private static final VarHandle LONG = JAVA_LONG.varHandle();

  private final Path path;
  private final int worker;
  private final int stripes;
  private final MemorySegment memory;
  private final Slab slab;

  private SlabFile(Path path, MemorySegment header, MemorySegment memory) {
    this.path = path;
    this.worker = (int) header.get(JAVA_LONG_UNALIGNED, WORKER);
    this.stripes = (int) header.get(JAVA_LONG_UNALIGNED, STRIPES);
    this.memory = memory;
    this.slab = new Slab(memory.asSlice(HEADER_BYTES));
  }

  static Path path(Path directory, int worker) {
    return directory.resolve("worker-" + worker + ".slab");
  }

  /** Makes the file of a worker's slab, unless there is one. */
  static void make(Path directory, int worker, int stripes) throws IOException {
    Path path = path(directory, worker);
    if (Files.exists(path, NOFOLLOW_LINKS)) {
      return;
    }
    byte[] content = new byte[Math.toIntExact(HEADER_BYTES + Slab.bytes(stripes))];
    MemorySegment header = MemorySegment.ofArray(content);
    header.set(JAVA_LONG_UNALIGNED, MAGIC, POUNCE);
    header.set(JAVA_LONG_UNALIGNED, LAYOUT, CELLS);
    header.set(JAVA_LONG_UNALIGNED, STRIPES, stripes);
    header.set(JAVA_LONG_UNALIGNED, WORKER, worker);
    Path unnamed = directory.resolve(path.getFileName() + ".tmp");
    Files.write(unnamed, content);
    Files.move(unnamed, path, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Maps a file.
   *
   * @throws IOException if it is not a slab, whole and of our layout, under its own name
   */
  static SlabFile open(Path path, MapMode mode, Arena arena) throws IOException {
    long size = size(path);
    StandardOpenOption[] access =
        mode == MapMode.READ_ONLY
            ? new StandardOpenOption[] {StandardOpenOption.READ}
            : new StandardOpenOption[] {StandardOpenOption.READ, StandardOpenOption.WRITE};
    try (FileChannel channel = FileChannel.open(path, access)) {
      MemorySegment header = header(channel);
      check(path, header, size);
      return new SlabFile(path, header, channel.map(mode, 0, size, arena));
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      throw new IOException(path + ": " + e.getMessage(), e);
    }
  }

  private static MemorySegment header(FileChannel channel) throws IOException {
    ByteBuffer header = ByteBuffer.allocate((int) HEADER_BYTES);
    while (header.hasRemaining() && channel.read(header) >= 0) {
      // until it is full, or the file ends
    }
    return MemorySegment.ofArray(header.array());
  }

  private static void check(Path path, MemorySegment header, long size) throws IOException {
    long worker = header.get(JAVA_LONG_UNALIGNED, WORKER);
    long stripes = header.get(JAVA_LONG_UNALIGNED, STRIPES);
    if (header.get(JAVA_LONG_UNALIGNED, MAGIC) != POUNCE
        || header.get(JAVA_LONG_UNALIGNED, LAYOUT) != CELLS
        || size - HEADER_BYTES != Slab.bytes((int) stripes)
        || !path.endsWith("worker-" + worker + ".slab")) {
      throw new IOException(path + ": not a slab of this version");
    }
  }

  /** Of what is a file itself: a link may lead anywhere, and a pipe keep a reader waiting. */
  static long size(Path path) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw new IOException(path + ": not a file");
    }
    return attributes.size();
  }

  int worker() {
    return worker;
  }

  int stripes() {
    return stripes;
  }

  Owner owner() {
    return new Owner(get(PID), get(START));
  }

  void owner(Owner owner) {
    LONG.setVolatile(memory, (long) START, owner.start());
    LONG.setVolatile(memory, (long) PID, owner.pid());
  }

  /** Whether the owner takes connections. */
  boolean isAccepting() {
    return get(ACCEPTING) != 0;
  }

  void accepting(boolean accepting) {
    LONG.setVolatile(memory, (long) ACCEPTING, accepting ? 1L : 0L);
  }

  /** To add to. */
  Slab slab() {
    return slab;
  }

  /**
   * Reads what is in the file, or changes it.
   *
   * @throws IOException if the file is not whole, or no longer when that is done
   */
  <T> T read(Function<SlabFile, T> reader) throws IOException {
    try {
      check(path, memory, size(path));
      T value = reader.apply(this);
      check(path, memory, size(path));
      return value;
    } catch (InternalError cut) {
      throw new IOException(path + ": cut", cut);
    }
  }

  private long get(int offset) {
    return (long) LONG.getVolatile(memory, (long) offset);
  }
}
