package dev.pounce.server.websocket;

import static dev.pounce.server.websocket.Message.Close.ABNORMAL;
import static dev.pounce.server.websocket.Message.Close.NO_STATUS;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a client says (RFC 6455, sections 5 and 6.2).
 *
 * <p>What is wrong is refused at the first octet that shows it: a frame that may not come at its
 * second octet, a message that is too big when a frame announces it or inflation yields one octet
 * too many, text at the first octet that is not UTF-8, however the octets were cut.
 *
 * <p>Between messages it holds no more than a frame's head, and the inflater if the client's
 * context is kept. Only for one thread at a time.
 */
public final class Reader {

  private static final int PIECE = 8 * 1024;

  /** The longest message that an array can hold. */
  public static final int LARGEST_LIMIT = Integer.MAX_VALUE - 16;

  private final Inflow in;
  private final int limit;
  private final @Nullable Inflation inflation;
  private final Head head = new Head();
  private @Nullable Assembly message;

  /**
   * Makes a reader.
   *
   * @param in the client's octets, from the first after the handshake
   * @param limit how many octets a message may have, inflated: 1 to {@link #LARGEST_LIMIT}
   * @param compression what the handshake agreed on; null for none
   */
  public Reader(Inflow in, int limit, @Nullable Compression compression) {
    if (limit < 1 || limit > LARGEST_LIMIT) {
      throw new IllegalArgumentException("a message of " + limit + " octets");
    }
    this.in = in;
    this.limit = limit;
    this.inflation = compression == null ? null : new Inflation(compression.clientTakeover());
  }

  /**
   * Waits for the next message or control frame, which may come between the frames of a message.
   *
   * @return a {@link Message.Close}, of {@link Message.Close#ABNORMAL} if the stream has ended
   *     without one, is the last: nothing may be read after it
   * @throws Failure if the client breaks a rule or a limit; nothing may be read after it
   */
  public Message read() throws IOException, Failure {
    try {
      while (true) {
        head.begin(in);
        if (Opcode.isControl(head.opcode())) {
          return control();
        }
        Assembly current = data();
        head.complete(in);
        if (current.compressed()) {
          readCompressed(current);
        } else {
          readPlain(current);
        }
        if (head.fin()) {
          message = null;
          return current.finish();
        }
      }
    } catch (EOFException e) {
      return new Message.Close(ABNORMAL, "");
    }
  }

  /** Gives native memory back. The stream must not be read any more. */
  public void end() {
    if (inflation != null) {
      inflation.end();
    }
  }

  /** The message that the frame belongs to. */
  private Assembly data() throws Failure {
    Assembly current = message;
    if (head.opcode() == Opcode.CONTINUATION) {
      if (current == null) {
        throw Failure.protocol("continuation of nothing");
      }
      if (head.compressed()) {
        throw Failure.protocol("reserved bit in a continuation");
      }
      return current;
    }
    if (current != null) {
      throw Failure.protocol("new message before the end of the last");
    }
    if (head.compressed() && inflation == null) {
      throw Failure.protocol("reserved bit");
    }
    current = new Assembly(head.opcode() == Opcode.TEXT, head.compressed(), limit);
    message = current;
    return current;
  }

  private void readPlain(Assembly target) throws IOException, Failure {
    target.announce(head.length());
    long position = 0;
    while (position < head.length()) {
      long left = head.length() - position;
      int from = target.size();
      int room = target.makeRoom(left);
      int count = in.some(target.octets(), from, (int) Math.min(room, from + left));
      Mask.apply(head.key(), position, target.octets(), from, from + count);
      target.add(count);
      position += count;
    }
  }

  private void readCompressed(Assembly target) throws IOException, Failure {
    Inflation inflater = inflation;
    if (inflater == null) {
      throw new IllegalStateException("compressed without an agreement");
    }
    byte[] piece = new byte[(int) Math.min(head.length(), PIECE)];
    long position = 0;
    while (position < head.length()) {
      int count = in.some(piece, 0, (int) Math.min(piece.length, head.length() - position));
      Mask.apply(head.key(), position, piece, 0, count);
      inflater.inflate(piece, 0, count, target);
      position += count;
    }
    if (head.fin()) {
      inflater.finish(target);
    }
  }

  private Message control() throws IOException, Failure {
    head.complete(in);
    byte[] payload = new byte[(int) head.length()];
    in.fill(payload, 0, payload.length);
    Mask.apply(head.key(), 0, payload, 0, payload.length);
    return switch (head.opcode()) {
      case Opcode.PING -> new Message.Ping(payload);
      case Opcode.PONG -> new Message.Pong(payload);
      default -> close(payload);
    };
  }

  private static Message close(byte[] payload) throws Failure {
    if (payload.length == 0) {
      return new Message.Close(NO_STATUS, "");
    }
    if (payload.length == 1) {
      throw Failure.protocol("close frame of one octet");
    }
    int code = (payload[0] & 0xff) << 8 | payload[1] & 0xff;
    if (!Message.Close.isSendable(code)) {
      throw Failure.protocol("close code " + code);
    }
    Utf8 utf8 = new Utf8();
    if (!utf8.accept(payload, 2, payload.length) || !utf8.complete()) {
      throw Failure.data("close reason that is not UTF-8");
    }
    return new Message.Close(code, new String(payload, 2, payload.length - 2, UTF_8));
  }
}
