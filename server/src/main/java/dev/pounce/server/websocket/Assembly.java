package dev.pounce.server.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The message under way. Its array grows with what has come, not with what a frame announces, and
 * never beyond one octet more than a message may have: the room that shows that there is too much.
 */
final class Assembly {

  private static final int STEP = 16 * 1024;
  private static final byte[] NOTHING = {};

  private final @Nullable Utf8 text;
  private final boolean compressed;
  private final int limit;
  private byte[] octets = NOTHING;
  private int size;

  Assembly(boolean text, boolean compressed, int limit) {
    this.text = text ? new Utf8() : null;
    this.compressed = compressed;
    this.limit = limit;
  }

  boolean compressed() {
    return compressed;
  }

  byte[] octets() {
    return octets;
  }

  /** Where the next octet goes. */
  int size() {
    return size;
  }

  /** Refuses a frame of so many octets, before they come, if they are too many. */
  void announce(long length) throws Failure {
    if (length > limit - size) {
      throw Failure.tooBig(limit);
    }
  }

  /**
   * Makes room for at least one octet, and replaces the array if need be.
   *
   * @param wanted how many are likely to come
   * @return where the room ends
   */
  int makeRoom(long wanted) {
    if (size == octets.length) {
      long larger = size + Math.min(wanted, Math.max(size, STEP));
      octets = Arrays.copyOf(octets, (int) Math.min(larger, limit + 1L));
    }
    return octets.length;
  }

  /** Takes octets that have been put where the next go. */
  void add(int count) throws Failure {
    if (count > limit - size) {
      throw Failure.tooBig(limit);
    }
    if (text != null && !text.accept(octets, size, size + count)) {
      throw Failure.data("text that is not UTF-8");
    }
    size += count;
  }

  Message finish() throws Failure {
    if (text == null) {
      return new Message.Binary(size == octets.length ? octets : Arrays.copyOf(octets, size));
    }
    if (!text.complete()) {
      throw Failure.data("text that ends within a character");
    }
    return new Message.Text(new String(octets, 0, size, UTF_8));
  }
}
