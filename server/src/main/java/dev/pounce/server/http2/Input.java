package dev.pounce.server.http2;

import dev.pounce.server.listen.Packets;
import dev.pounce.server.listen.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The frames that come in, one after the other. A frame's payload lies in {@link #octets} until the
 * next is asked for. While nothing is there, the connection waits without a buffer. Used by the
 * connection's thread alone, but for {@link #partialSince}.
 */
final class Input {

  /** Room for the largest frame. */
  private static final int SIZE = 17 * 1024;

  private static final Packets PACKETS = new Packets(SIZE);

  private final Transport transport;
  private final int hint;
  private @Nullable ByteBuffer buffer;

  /** Where the next frame begins, and where the octets end that have come. */
  private int next;

  private int end;

  private int type;
  private int flags;
  private int stream;
  private int from;
  private int to;
  private volatile long partialSince;

  /**
   * The frames of a connection.
   *
   * @param first what has been read of it already; at most as much as a buffer takes
   */
  Input(Transport transport, long connection, byte[] first) {
    this.transport = transport;
    this.hint = (int) connection;
    if (first.length > 0) {
      buffer = PACKETS.take(hint).put(first);
      end = first.length;
    }
  }

  /**
   * Waits for the preface, which comes before the first frame.
   *
   * @return false if the stream ends before
   * @throws ConnectionError if something else comes
   */
  boolean preface() throws IOException, ConnectionError {
    for (int at = 0; at < Frame.PREFACE.length(); at++) {
      while (at == end) {
        if (!fill()) {
          return false;
        }
      }
      if (octets()[at] != Frame.PREFACE.charAt(at)) {
        throw ConnectionError.protocol("no HTTP/2 preface");
      }
    }
    next = Frame.PREFACE.length();
    partialSince = 0;
    return true;
  }

  /** Whether nothing is there, not even a part of a frame. */
  boolean isEmpty() {
    return next == end;
  }

  /** Whether a whole frame is there. */
  boolean hasNext() {
    int held = end - next;
    return held >= Frame.HEAD && held >= Frame.HEAD + Frame.int24(octets(), next);
  }

  /**
   * Waits for a frame.
   *
   * @return false at the end of the stream
   * @throws ConnectionError if it is larger than allowed
   */
  boolean next() throws IOException, ConnectionError {
    while (!hasNext()) {
      checkLength();
      if (!fill()) {
        return false;
      }
    }
    checkLength();
    if (partialSince != 0) {
      partialSince = 0;
    }
    byte[] octets = octets();
    type = octets[next + 3] & 0xff;
    flags = octets[next + 4] & 0xff;
    stream = Frame.int31(octets, next + 5);
    from = next + Frame.HEAD;
    to = from + Frame.int24(octets, next);
    next = to;
    return true;
  }

  /**
   * Takes what is there, without waiting where the transport does not.
   *
   * @return how many octets; 0 if there is nothing, -1 at the end of the stream
   */
  int poll() throws IOException {
    int count = transport.poll(room());
    end += Math.max(count, 0);
    return count;
  }

  /** Whether so many octets are there. */
  boolean holds(int octets) {
    return end - next >= octets;
  }

  /**
   * Looks at the frame that has begun to come.
   *
   * @throws ConnectionError if it is larger than allowed
   */
  void checkLength() throws ConnectionError {
    if (end - next >= Frame.HEAD && Frame.int24(octets(), next) > Frame.PAYLOAD_LIMIT) {
      throw ConnectionError.of(
          ErrorCode.FRAME_SIZE_ERROR, "frame of more than " + Frame.PAYLOAD_LIMIT + " octets");
    }
  }

  private boolean fill() throws IOException {
    if (next == end) {
      rest();
      transport.await();
    } else if (partialSince == 0 || isBody()) {
      partialSince = System.nanoTime();
    }
    int count = transport.read(room());
    end += Math.max(count, 0);
    return count >= 0;
  }

  /** Whether what comes is a body, which may take its time as long as it comes at all. */
  private boolean isBody() {
    return end - next >= Frame.HEAD && octets()[next + 3] == Frame.DATA;
  }

  private ByteBuffer room() {
    ByteBuffer room = buffer == null ? PACKETS.take(hint) : buffer;
    buffer = room;
    if (next > 0) {
      System.arraycopy(room.array(), next, room.array(), 0, end - next);
      end -= next;
      next = 0;
    }
    return room.limit(room.capacity()).position(end);
  }

  /**
   * Waits for octets, and drops them.
   *
   * @return false at the end of the stream
   */
  boolean skip() throws IOException {
    next = end;
    partialSince = 0;
    return fill();
  }

  /** Lets go of the buffer, with what is in it. */
  void rest() {
    ByteBuffer held = buffer;
    if (held != null) {
      PACKETS.give(hint, held);
      buffer = null;
    }
    next = 0;
    end = 0;
  }

  /**
   * Since when the rest of a frame, or of the preface, is waited for, however slowly it trickles
   * in; 0 if it is not.
   */
  long partialSince() {
    return partialSince;
  }

  byte[] octets() {
    return Objects.requireNonNull(buffer, "a frame is there").array();
  }

  int type() {
    return type;
  }

  int stream() {
    return stream;
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Where the payload begins. */
  int from() {
    return from;
  }

  /** Where it ends. */
  int to() {
    return to;
  }

  int length() {
    return to - from;
  }

  /** Leaves only this part of the payload: what is around it has been looked at. */
  void narrow(int newFrom, int newTo) {
    from = newFrom;
    to = newTo;
  }
}
