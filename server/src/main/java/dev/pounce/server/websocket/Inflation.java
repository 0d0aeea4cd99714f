package dev.pounce.server.websocket;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Compressed messages from a client (RFC 7692, section 7.2.2). The native inflater, 40 KiB, is made
 * for a message, and kept only if the client's next may refer to it. The JDK's knows windows of 15
 * bits alone, and so reads whatever a smaller window has written.
 *
 * <p>A message may end with a final block, as from a library that cannot flush. What comes after it
 * starts without a window: no client is known that would refer to one across such a block.
 */
final class Inflation {

  private static final byte[] NOTHING = {};
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

  private final boolean takeover;
  private @Nullable Inflater inflater;

  /** Whether something has been read since the last final block, or the beginning. */
  private boolean begun;

  Inflation(boolean takeover) {
    this.takeover = takeover;
  }

  /** Inflates a piece of a message. */
  void inflate(byte[] octets, int from, int to, Assembly target) throws Failure {
    Inflater current = inflater;
    if (current == null) {
      current = new Inflater(true);
      inflater = current;
    }
    begun = true;
    current.setInput(octets, from, to - from);
    try {
      while (!drain(current, target, 4L * (to - from))) {
        int left = current.getRemaining();
        current.reset();
        begun = left > 0;
        current.setInput(octets, to - left, left);
      }
    } catch (DataFormatException e) {
      throw Failure.data("compressed data that cannot be inflated");
    }
    current.setInput(NOTHING);
  }

  /** Inflates until more input is needed: then true, or a final block has ended. */
  private static boolean drain(Inflater current, Assembly target, long likely)
      throws DataFormatException, Failure {
    int room;
    int count;
    do {
      room = target.makeRoom(likely) - target.size();
      count = current.inflate(target.octets(), target.size(), room);
      target.add(count);
    } while (count == room && !current.finished());
    return !current.finished();
  }

  /** Ends a message. */
  void finish(Assembly target) throws Failure {
    if (begun) {
      inflate(TAIL, 0, TAIL.length, target);
    }
    if (!takeover) {
      end();
    }
  }

  /** Gives the native memory back. */
  void end() {
    if (inflater != null) {
      inflater.end();
      inflater = null;
      begun = false;
    }
  }
}
