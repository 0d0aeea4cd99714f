package dev.pounce.server.websocket;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Messages compressed for a client (RFC 7692, section 7.2.1). The native deflater, 270 KiB, is made
 * for a message, and kept only if the next may refer to it.
 */
final class Deflation {

  private static final byte[] NOTHING = {};
  private static final int TAIL = 4;
  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  private final boolean takeover;
  private @Nullable Deflater deflater;

  Deflation(boolean takeover) {
    this.takeover = takeover;
  }

  /**
   * Compresses a message.
   *
   * @param octets the message, not empty
   * @param room how many octets to leave free in front
   * @return the compressed octets; null if they would be more, and the client need not know
   */
  @Nullable ByteBuffer deflate(byte[] octets, int room) {
    Deflater current = deflater;
    if (current == null) {
      current = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
      deflater = current;
    }
    try {
      current.setInput(octets);
      ByteBuffer compressed = flush(current, room, 64 + octets.length / 4);
      return takeover || compressed.remaining() < octets.length ? compressed : null;
    } finally {
      current.setInput(NOTHING);
      if (!takeover) {
        end();
      }
    }
  }

  /** A flush is complete when it leaves room; then its last four octets go without saying. */
  private static ByteBuffer flush(Deflater deflater, int room, int likely) {
    byte[] target = new byte[room + likely];
    int size = room;
    while (true) {
      size += deflater.deflate(target, size, target.length - size, Deflater.SYNC_FLUSH);
      if (size < target.length) {
        return ByteBuffer.wrap(target, room, size - TAIL - room);
      }
      target = Arrays.copyOf(target, (int) Math.min(2L * size, LARGEST_ARRAY));
    }
  }

  /** Gives the native memory back. */
  void end() {
    if (deflater != null) {
      deflater.end();
      deflater = null;
    }
  }
}
