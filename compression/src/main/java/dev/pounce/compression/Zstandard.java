package dev.pounce.compression;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.util.Native;
import dev.pounce.server.coding.ContentCoding;
import dev.pounce.server.coding.Encoder;
import dev.pounce.server.coding.Pool;
import java.nio.ByteBuffer;

/**
 * The zstd coding (RFC 8878). A whole body is coded by a pooled context. A stream has one of its
 * own as long as it lasts, made small, because a server may have thousands: with a window of 64 KiB
 * and tables to match it takes 260 KiB, and not 900.
 */
public final class Zstandard implements ContentCoding {

  private static final int LEVEL = 3;
  private static final int WINDOW_LOG = 16;
  private static final int TABLE_LOG = 14;
  private static final int ROOM = 16 * 1024;

  /** As long as a body is coded whole, no garbage can be collected: a larger one is a stream. */
  private static final int LARGEST_WHOLE = 1024 * 1024;

  private final Pool<ZstdCompressCtx> contexts =
      new Pool<>(() -> new ZstdCompressCtx().setLevel(LEVEL), ZstdCompressCtx::close);
  private final Pool<Room> rooms = new Pool<>(Room::make, room -> {});

  /**
   * For the service loader.
   *
   * @throws UnsatisfiedLinkError if the native library can't be loaded
   */
  public Zstandard() {
    Native.load();
  }

  @Override
  public String name() {
    return "zstd";
  }

  @Override
  public ByteBuffer encode(byte[] octets, int offset, int length) {
    if (length > LARGEST_WHOLE) {
      return ContentCoding.super.encode(octets, offset, length);
    }
    byte[] target = new byte[Math.toIntExact(Zstd.compressBound(length))];
    ZstdCompressCtx context = contexts.take();
    try {
      int size = context.compressByteArray(target, 0, target.length, octets, offset, length);
      return ByteBuffer.wrap(target, 0, size);
    } finally {
      contexts.give(context);
    }
  }

  @Override
  public Encoder encoder() {
    return new Frame(
        new ZstdCompressCtx()
            .setLevel(LEVEL)
            .setWindowLog(WINDOW_LOG)
            .setHashLog(TABLE_LOG)
            .setChainLog(TABLE_LOG),
        rooms);
  }

  /** What the library reads from and writes to when it codes a stream: off the heap. */
  private record Room(ByteBuffer in, ByteBuffer out) {

    static Room make() {
      return new Room(ByteBuffer.allocateDirect(ROOM), ByteBuffer.allocateDirect(ROOM));
    }
  }

  /** One frame, which is all that a body has. */
  private record Frame(ZstdCompressCtx context, Pool<Room> rooms) implements Encoder {

    @Override
    public ByteBuffer encode(byte[] octets, int offset, int length, boolean last) {
      Room room = rooms.take();
      try {
        Sink coded = new Sink(length);
        int end = offset + length;
        int from = offset;
        do {
          int count = Math.min(ROOM, end - from);
          room.in().clear().put(octets, from, count).flip();
          from += count;
          push(
              room,
              from < end ? EndDirective.CONTINUE : last ? EndDirective.END : EndDirective.FLUSH,
              coded);
        } while (from < end);
        return coded.gathered();
      } finally {
        rooms.give(room);
      }
    }

    private void push(Room room, EndDirective directive, Sink coded) {
      boolean out;
      do {
        out = context.compressDirectByteBufferStream(room.out().clear(), room.in(), directive);
        coded.add(room.out().flip());
      } while (room.in().hasRemaining() || !out && directive != EndDirective.CONTINUE);
    }

    @Override
    public void close() {
      context.close();
    }
  }
}
