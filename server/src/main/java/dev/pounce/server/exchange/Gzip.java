package dev.pounce.server.exchange;

import dev.pounce.server.coding.ContentCoding;
import dev.pounce.server.coding.Encoder;
import dev.pounce.server.coding.Pool;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * The gzip coding (RFC 9110, section 8.4.1.3; RFC 1952) on the JDK's deflater. At level 5 JSON
 * takes two thirds of the time that it takes at 6, and comes out three per cent larger.
 */
final class Gzip implements ContentCoding {

  private static final int LEVEL = 5;
  private static final byte UNKNOWN_SYSTEM = (byte) 255;
  private static final byte[] HEADER = {
    0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, UNKNOWN_SYSTEM
  };
  private static final int TRAILER = 8;

  /**
   * As long as the deflater is at work, no garbage can be collected: so it gets a little each time.
   */
  private static final int SLICE = 64 * 1024;

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
    private byte[] target = NOTHING;
    private int size;

    Member(Pool<Deflater> deflaters) {
      this.deflaters = deflaters;
      this.deflater = deflaters.take();
    }

    @Override
    public ByteBuffer encode(byte[] octets, int offset, int length, boolean last) {
      target = new byte[HEADER.length + TRAILER + 64 + length / 4];
      size = 0;
      if (!begun) {
        begun = true;
        System.arraycopy(HEADER, 0, target, 0, HEADER.length);
        size = HEADER.length;
      }
      sum.update(octets, offset, length);
      int end = offset + length;
      int from = offset;
      for (; end - from > SLICE; from += SLICE) {
        deflate(octets, from, SLICE, Deflater.NO_FLUSH);
      }
      if (last) {
        deflater.finish();
      }
      deflate(octets, from, end - from, last ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH);
      if (last) {
        trailer();
      }
      ByteBuffer coded = ByteBuffer.wrap(target, 0, size);
      target = NOTHING;
      deflater.setInput(NOTHING);
      return coded;
    }

    /** What is asked for is complete when it leaves room. */
    private void deflate(byte[] octets, int offset, int length, int flush) {
      deflater.setInput(octets, offset, length);
      int room;
      int count;
      do {
        if (size == target.length) {
          target = Arrays.copyOf(target, 2 * size);
        }
        room = target.length - size;
        count = deflater.deflate(target, size, room, flush);
        size += count;
      } while (count == room);
    }

    private void trailer() {
      if (target.length - size < TRAILER) {
        target = Arrays.copyOf(target, size + TRAILER);
      }
      ByteBuffer trailer = ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN);
      trailer.putInt(size, (int) sum.getValue());
      trailer.putInt(size + Integer.BYTES, (int) deflater.getBytesRead());
      size += TRAILER;
    }

    @Override
    public void close() {
      deflater.reset();
      deflaters.give(deflater);
    }
  }
}
