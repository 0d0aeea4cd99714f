package dev.pounce.server.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.pounce.server.exchange.Refusal;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the server says of the connection itself, and how much it takes of bodies. All of it is
 * appended to the {@link Outbox} without waiting, so whoever makes the server say more than it
 * reads is told to calm down. Any thread.
 */
final class Control {

  /** What may wait for the peer beside bodies: it asks for more and takes nothing. */
  private static final int BACKLOG = 4 * Outbox.SIZE;

  private final Outbox out;
  private final ReentrantLock lock;
  private final Window receipt = new Window(Session.WINDOW);

  Control(Outbox out) {
    this.out = out;
    this.lock = out.lock();
  }

  /** The server's settings, and how much may be sent beyond what is the rule. */
  void begin(int streams, int headerLimit) {
    lock.lock();
    try {
      int at = out.head(5 * Settings.SIZE, Frame.SETTINGS, 0, 0);
      byte[] target = out.array();
      at = Settings.put(Settings.MAX_CONCURRENT_STREAMS, streams, target, at);
      at = Settings.put(Settings.INITIAL_WINDOW_SIZE, Stream.WINDOW, target, at);
      at = Settings.put(Settings.MAX_HEADER_LIST_SIZE, headerLimit, target, at);
      at = Settings.put(Settings.ENABLE_CONNECT_PROTOCOL, 1, target, at);
      out.advance(Settings.put(Settings.NO_RFC7540_PRIORITIES, 1, target, at));
      out.control(Frame.WINDOW_UPDATE, 0, 0, Session.WINDOW - Settings.DEFAULT_WINDOW);
    } finally {
      lock.unlock();
    }
  }

  /** Asks for an answer, or is one. */
  void ping(long opaque, boolean ack) {
    lock.lock();
    try {
      int at = out.head(Long.BYTES, Frame.PING, ack ? Frame.ACK : 0, 0);
      at = Frame.put((int) (opaque >>> 32), out.array(), at);
      out.advance(Frame.put((int) opaque, out.array(), at));
    } finally {
      lock.unlock();
    }
  }

  /** Says which stream is the last that is served. */
  void goAway(int last, ErrorCode code, String reason) {
    lock.lock();
    try {
      byte[] text = reason.getBytes(ISO_8859_1);
      int at = out.head(2 * Integer.BYTES + text.length, Frame.GOAWAY, 0, 0);
      at = Frame.put(last, out.array(), at);
      at = Frame.put(code.ordinal(), out.array(), at);
      System.arraycopy(text, 0, out.array(), at, text.length);
      out.advance(at + text.length);
    } finally {
      lock.unlock();
    }
  }

  /** Octets of bodies have come, which count even where their stream has ended. */
  void received(@Nullable Stream stream, int octets) throws ConnectionError, StreamError {
    lock.lock();
    try {
      if (!receipt.take(octets)) {
        throw ConnectionError.of(
            ErrorCode.FLOW_CONTROL_ERROR, "more octets than the connection's window allows");
      }
      if (stream != null && !stream.receipt().take(octets)) {
        consumed(null, octets);
        throw new StreamError(
            stream.id(), ErrorCode.FLOW_CONTROL_ERROR, "more octets than the window allows");
      }
    } finally {
      lock.unlock();
    }
  }

  /** The application has taken octets of a body, or nobody will: the peer may send more. */
  void consumed(@Nullable Stream stream, int octets) {
    lock.lock();
    try {
      int told = receipt.give(octets);
      if (told > 0) {
        out.control(Frame.WINDOW_UPDATE, 0, 0, told);
      }
      int toldOfStream = stream == null || stream.isClosed() ? 0 : stream.receipt().give(octets);
      if (stream != null && toldOfStream > 0) {
        out.control(Frame.WINDOW_UPDATE, 0, stream.id(), toldOfStream);
      }
      if (told + toldOfStream > 0 && !out.isWriting()) {
        out.write(false);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Looks whether the peer takes what it asks for.
   *
   * @throws ConnectionError if much is there that it does not take
   */
  void checkBacklog() throws ConnectionError {
    lock.lock();
    try {
      if (out.length() > BACKLOG) {
        throw ConnectionError.calm(Refusal.rate("answers to frames are not taken"));
      }
    } finally {
      lock.unlock();
    }
  }
}
