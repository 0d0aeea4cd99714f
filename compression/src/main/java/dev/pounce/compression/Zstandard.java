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
 * and tables to match it takes a third of what it would by itself.
 */
public final class Zstandard implements ContentCoding {

  private static final int LEVEL = 3;
  private static final int WINDOW_LOG = 16;
  private static final int TABLE_LOG = 14;

  private final Pool<ZstdCompressCtx> contexts =
      new Pool<>(() -> new ZstdCompressCtx().setLevel(LEVEL), ZstdCompressCtx::close);

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
            .setChainLog(TABLE_LOG));
  }

  /** One frame, which is all that a body has. */
  private record Frame(ZstdCompressCtx context) implements Encoder {

    @Override
    public ByteBuffer encode(byte[] octets, int offset, int length, boolean last) {
      EndDirective directive = last ? EndDirective.END : EndDirective.FLUSH;
      ByteBuffer source = ByteBuffer.wrap(octets, offset, length);
      ByteBuffer target = ByteBuffer.allocate(64 + length / 4);
      while (!context.compressByteBufferStream(target, source, directive)) {
        target = ByteBuffer.allocate(2 * target.capacity()).put(target.flip());
      }
      return target.flip();
    }

    @Override
    public void close() {
      context.close();
    }
  }
}
