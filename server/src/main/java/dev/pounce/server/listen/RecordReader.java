package dev.pounce.server.listen;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The records of TLS that come in on one connection. Whoever reads owns all of it: octets of the
 * socket that are not opened yet, and opened ones for which the reader had no room. Each of these
 * is there only while something is in it.
 *
 * <p>A reader may find that the engine has something to say, such as the answer to a key update. It
 * leaves that to a writer, if one is at work.
 */
final class RecordReader {

  /** More than the largest record, 2^14 octets and what is around them, and what is in it. */
  static final int PACKET = 17 * 1024;

  private static final Packets PACKETS = new Packets(PACKET);
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final String RENEGOTIATED_VERSION = "TLSv1.2";

  private final PlainTransport wire;
  private final RecordWriter writer;
  private final int hint = System.identityHashCode(this);
  private @Nullable ByteBuffer incoming;
  private @Nullable ByteBuffer opened;

  /** Whether there might be a whole record in {@code incoming}. */
  private boolean more;

  RecordReader(PlainTransport wire, RecordWriter writer) {
    this.wire = wire;
    this.writer = writer;
  }

  /** Waits for octets of the socket, if those that are there are not enough. */
  void await() throws IOException {
    if (opened == null && !more) {
      wire.await();
    }
  }

  /** Reads octets of the socket, behind those that are held. */
  int receive() throws IOException {
    ByteBuffer in = incoming == null ? PACKETS.take(hint) : incoming.compact();
    incoming = in;
    if (!in.hasRemaining()) {
      throw new SSLException("a record is larger than it may be");
    }
    try {
      int count = wire.poll(in);
      more = count > 0;
      return count;
    } finally {
      in.flip();
    }
  }

  /** Whether there might be a whole record. */
  boolean hasMore() {
    return more;
  }

  /** The first octet that is held. */
  byte first() {
    ByteBuffer in = held();
    return in.get(in.position());
  }

  /** Takes one record of a handshake; false if the peer has ended it. */
  boolean hear(SSLEngine engine) throws SSLException {
    SSLEngineResult result = engine.unwrap(held(), NOTHING);
    more = result.getStatus() == SSLEngineResult.Status.OK && held().hasRemaining();
    return result.getStatus() != SSLEngineResult.Status.CLOSED;
  }

  private ByteBuffer held() {
    return Objects.requireNonNull(incoming, "the first octets are there");
  }

  /**
   * Reads what has come, without waiting, as long as the target has room.
   *
   * @return how many octets came out of it, or -1 behind the peer's farewell
   */
  int poll(SSLEngine engine, ByteBuffer target) throws IOException {
    int count = open(engine, target);
    if (count == 0) {
      count = receive();
      if (count > 0) {
        count = open(engine, target);
      }
    }
    return count;
  }

  /** Opens records as long as there are whole ones and the target has room. */
  private int open(SSLEngine engine, ByteBuffer target) throws IOException {
    int before = target.position();
    pour(target);
    while (more && target.hasRemaining()) {
      ByteBuffer in = held();
      SSLEngineResult result = engine.unwrap(in, target);
      if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
        ByteBuffer aside = PACKETS.take(hint + 1);
        result = engine.unwrap(in, aside);
        opened = aside.flip();
        pour(target);
      }
      if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
        in.position(in.limit()); // nothing counts behind a farewell
      }
      more = result.getStatus() == SSLEngineResult.Status.OK && in.hasRemaining();
      attend(engine, result.getHandshakeStatus());
    }
    int count = target.position() - before;
    return count == 0 && engine.isInboundDone() ? -1 : count;
  }

  private void pour(ByteBuffer target) {
    ByteBuffer source = opened;
    if (source != null) {
      int end = source.limit();
      source.limit(source.position() + Math.min(source.remaining(), target.remaining()));
      target.put(source);
      source.limit(end);
      if (!source.hasRemaining()) {
        PACKETS.give(hint + 1, source);
        opened = null;
      }
    }
  }

  /** What the engine asks for in between. A second handshake, in TLS 1.2, it does not get. */
  private void attend(SSLEngine engine, HandshakeStatus asked) throws IOException {
    switch (asked) {
      case NEED_TASK -> {
        if (engine.getSession().getProtocol().equals(RENEGOTIATED_VERSION)) {
          throw new SSLException("the client asked for a renegotiation");
        }
        runTasks(engine);
      }
      case NEED_WRAP -> writer.sayIfFree(engine);
      case NEED_UNWRAP, NEED_UNWRAP_AGAIN, FINISHED, NOT_HANDSHAKING -> {}
    }
  }

  static void runTasks(SSLEngine engine) {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  /** Lets go of the buffers with nothing in them. */
  void letGo() {
    ByteBuffer in = incoming;
    if (in != null && !in.hasRemaining()) {
      PACKETS.give(hint, in);
      incoming = null;
      more = false;
    }
  }

  /** Drops what has come and is not opened. */
  void drop() {
    if (incoming != null) {
      incoming.position(incoming.limit());
      letGo();
    }
  }

  /** Whether nothing is held that has come. */
  boolean isEmpty() {
    return incoming == null && opened == null;
  }
}
