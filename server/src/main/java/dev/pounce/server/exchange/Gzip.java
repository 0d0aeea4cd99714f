package dev.pounce.server.exchange;

import dev.pounce.server.coding.ContentCoding;
import dev.pounce.server.coding.Encoder;
import dev.pounce.server.coding.Pool;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** The gzip coding (RFC 9110, section 8.4.1.3; RFC 1952) on the JDK's deflater. */
final class Gzip implements ContentCoding {

  private static final int LEVEL = 5;
  private static final byte UNKNOWN_SYSTEM = (byte) 255;
  private static final byte[] HEADER = {
    0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, UNKNOWN_SYSTEM
  };
  private static final int TRAILER = 8;
  private static final byte[] NOTHING = {};

  private final Pool<Deflater> deflaters =
      new Pool<>(() -> new Deflater(LEVEL, true), Deflater::end);

  @Override
  public String name() {
    return "gzip";
  }

  @Override
  public Encoder encoder() {
    return new Member(deflaters);
  }

  /** One member of a gzip file, which is all that a body has. */
  private static final class Member implements Encoder {

    private final Pool<Deflater> deflaters;
    private final Deflater deflater;
    private final CRC32 sum = new CRC32();
    private boolean begun;

    Member(Pool<Deflater> deflaters) {
      this.deflaters = deflaters;
      this.deflater = deflaters.take();
    }

    @Override
    public ByteBuffer encode(byte[] octets, int offset, int length, boolean last) {
      byte[] target = new byte[HEADER.length + TRAILER + 64 + length / 4];
      int size = 0;
      if (!begun) {
        begun = true;
        System.arraycopy(HEADER, 0, target, 0, HEADER.length);
        size = HEADER.length;
      }
      sum.update(octets, offset, length);
      deflater.setInput(octets, offset, length);
      ByteBuffer coded = last ? finish(target, size) : flush(target, size);
      deflater.setInput(NOTHING);
      return coded;
    }

    /** A flush is complete when it leaves room. */
    private ByteBuffer flush(byte[] target, int size) {
      while (true) {
        size += deflater.deflate(target, size, target.length - size, Deflater.SYNC_FLUSH);
        if (size < target.length) {
          return ByteBuffer.wrap(target, 0, size);
        }
        target = Arrays.copyOf(target, 2 * size);
      }
    }

    private ByteBuffer finish(byte[] target, int size) {
      deflater.finish();
      while (true) {
        size += deflater.deflate(target, size, target.length - size);
        if (deflater.finished() && size <= target.length - TRAILER) {
          ByteBuffer trailer = ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN);
          trailer.putInt(size, (int) sum.getValue());
          trailer.putInt(size + Integer.BYTES, (int) deflater.getBytesRead());
          return ByteBuffer.wrap(target, 0, size + TRAILER);
        }
        target = Arrays.copyOf(target, 2 * target.length);
      }
    }

    @Override
    public void close() {
      deflater.reset();
      deflaters.give(deflater);
    }
  }
}
