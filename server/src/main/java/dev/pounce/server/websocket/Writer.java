package dev.pounce.server.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Says something to a client (RFC 6455, sections 5 and 6.1): a message is one frame, and a frame
 * one write, but for large ones, whose head goes ahead. For any thread: frames are whole, and none
 * follows a close frame, or one that could not be sent.
 */
public final class Writer {

  /** Up to here a copy is cheaper than a second write. */
  private static final int TOGETHER = 16 * 1024;

  private static final int LONGEST_HEAD = 2 + 8;

  /** A message that fits into a packet gains nothing, unless it is like those before it. */
  private static final int WORTHWHILE_ALONE = 1024;

  private static final int WORTHWHILE_IN_CONTEXT = 64;

  private final Outflow out;
  private final @Nullable Deflation deflation;
  private final int worthwhile;
  private boolean closed;
  private long sent;

  /**
   * Makes a writer.
   *
   * @param out where the octets go, from the first after the handshake
   * @param compression what the handshake agreed on; null for none
   */
  public Writer(Outflow out, @Nullable Compression compression) {
    boolean takeover = compression != null && compression.serverTakeover();
    this.out = out;
    this.deflation = compression == null ? null : new Deflation(takeover);
    this.worthwhile = takeover ? WORTHWHILE_IN_CONTEXT : WORTHWHILE_ALONE;
  }

  /**
   * Sends a text message. A surrogate without its pair goes as a question mark.
   *
   * @return false if a close frame has been sent, and this was not
   */
  public boolean text(String text) throws IOException {
    return data(Opcode.TEXT, text.getBytes(UTF_8));
  }

  /**
   * Sends a binary message.
   *
   * @return false if a close frame has been sent, and this was not
   */
  public boolean binary(byte[] octets) throws IOException {
    return data(Opcode.BINARY, octets);
  }

  /**
   * Asks for a pong.
   *
   * @param octets at most 125
   * @return false if a close frame has been sent, and this was not
   */
  public boolean ping(byte[] octets) throws IOException {
    return control(Opcode.PING, octets);
  }

  /**
   * Answers a ping.
   *
   * @param octets the ping's
   * @return false if a close frame has been sent, and this was not
   */
  public boolean pong(byte[] octets) throws IOException {
    return control(Opcode.PONG, octets);
  }

  /**
   * Sends a close frame, an empty one for {@link Message.Close#NO_STATUS}. Nothing is sent after
   * it.
   *
   * @return false if another has been sent before, and this was not
   * @throws IllegalArgumentException if no close frame may carry the code, or the reason has more
   *     than 123 octets of UTF-8
   */
  public synchronized boolean close(Message.Close close) throws IOException {
    boolean sent = control(Opcode.CLOSE, payload(close));
    closed = true;
    return sent;
  }

  /** How many octets the messages had that were sent, before compression. */
  public synchronized long sent() {
    return sent;
  }

  /** Gives native memory back, and sends nothing any more. Waits for a write under way. */
  public synchronized void end() {
    closed = true;
    if (deflation != null) {
      deflation.end();
    }
  }

  private static byte[] payload(Message.Close close) {
    if (close.code() == Message.Close.NO_STATUS) {
      return new byte[0];
    }
    if (!Message.Close.isSendable(close.code())) {
      throw new IllegalArgumentException("close code " + close.code());
    }
    byte[] reason = close.reason().getBytes(UTF_8);
    ByteBuffer payload = ByteBuffer.allocate(2 + reason.length);
    return payload.putShort((short) close.code()).put(reason).array();
  }

  private synchronized boolean control(int opcode, byte[] payload) throws IOException {
    if (payload.length > Head.LONGEST_CONTROL) {
      throw new IllegalArgumentException("control frame of more than 125 octets");
    }
    if (!closed) {
      frame(opcode, payload);
      return true;
    }
    return false;
  }

  private synchronized boolean data(int opcode, byte[] payload) throws IOException {
    if (closed) {
      return false;
    }
    ByteBuffer compressed =
        deflation == null || payload.length < worthwhile
            ? null
            : deflation.deflate(payload, LONGEST_HEAD);
    if (compressed == null) {
      frame(opcode, payload);
    } else {
      int size = compressed.remaining();
      int from = compressed.position() - headSize(size);
      putHead(compressed.array(), from, opcode | Head.RSV1, size);
      emit(compressed.array(), from, compressed.limit());
    }
    sent += payload.length;
    return true;
  }

  private void frame(int opcode, byte[] payload) throws IOException {
    int head = headSize(payload.length);
    boolean together = payload.length <= TOGETHER;
    byte[] octets = new byte[together ? head + payload.length : head];
    putHead(octets, 0, opcode, payload.length);
    if (together) {
      System.arraycopy(payload, 0, octets, head, payload.length);
    }
    emit(octets, 0, octets.length);
    if (!together) {
      emit(payload, 0, payload.length);
    }
  }

  /** Where a frame has stopped in the middle, nothing can follow it. */
  private void emit(byte[] octets, int from, int to) throws IOException {
    boolean whole = false;
    try {
      out.write(octets, from, to);
      whole = true;
    } finally {
      closed |= !whole;
    }
  }

  private static int headSize(int length) {
    return length < Head.LENGTH_16 ? 2 : length <= 0xffff ? 2 + 2 : LONGEST_HEAD;
  }

  private static void putHead(byte[] octets, int from, int opcode, int length) {
    ByteBuffer head = ByteBuffer.wrap(octets).position(from).put((byte) (Head.FIN | opcode));
    switch (headSize(length)) {
      case 2 -> head.put((byte) length);
      case 2 + 2 -> head.put((byte) Head.LENGTH_16).putShort((short) length);
      default -> head.put((byte) Head.LENGTH_64).putLong(length);
    }
  }
}
