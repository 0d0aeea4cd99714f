package dev.pounce.server.listen;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import org.jspecify.annotations.Nullable;

/**
 * The records of TLS that one connection sends.
 *
 * <p>Whoever writes holds the lock and owns {@code sealed}: octets that the socket has not taken
 * yet, for as long as there are any. Nobody waits for the lock in order to close: if a writer is at
 * work, the farewell is left out.
 */
final class RecordWriter {

  private static final Packets PACKETS = new Packets(RecordReader.PACKET);
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final PlainTransport wire;
  private final int hint = System.identityHashCode(this);
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable ByteBuffer sealed;

  RecordWriter(PlainTransport wire) {
    this.wire = wire;
  }

  /** Sends some of the source, at least an octet if there is one; waits for the socket. */
  void write(SSLEngine engine, ByteBuffer source) throws IOException {
    lock.lock();
    try {
      flush();
      int before = source.position();
      while (source.position() == before && source.hasRemaining()) {
        seal(engine, source);
        flush();
      }
    } finally {
      release();
    }
  }

  /** Sends what the engine has to say; waits for the socket. */
  void say(SSLEngine engine) throws IOException {
    lock.lock();
    try {
      flush();
      seal(engine, NOTHING);
      flush();
    } finally {
      release();
    }
  }

  /** As {@link #say}, unless a writer is at work: then its next record comes after it. */
  void sayIfFree(SSLEngine engine) throws IOException {
    if (lock.tryLock()) {
      try {
        seal(engine, NOTHING);
        flush();
      } finally {
        release();
      }
    }
  }

  /** Says that nothing more comes; waits for the socket. */
  void end(SSLEngine engine) {
    lock.lock();
    try {
      flush();
      engine.closeOutbound();
      seal(engine, NOTHING);
      flush();
    } catch (IOException e) {
      // already closed: the peer has been told
    } finally {
      release();
    }
  }

  /** Says what the engine has to say at the end, an alert or a farewell, without waiting. */
  void leave(SSLEngine engine) {
    if (lock.tryLock()) {
      try {
        engine.closeOutbound();
        if (sealed == null) {
          seal(engine, NOTHING);
          wire.offer(Objects.requireNonNull(sealed));
        }
      } catch (IOException e) {
        // nobody is there to hear it
      } finally {
        release();
      }
    }
  }

  /** Makes a record of what the engine has to say, or else of the source. With the lock held. */
  private void seal(SSLEngine engine, ByteBuffer source) throws IOException {
    ByteBuffer out = sealed == null ? PACKETS.take(hint) : sealed.compact();
    sealed = out;
    try {
      SSLEngineResult result = engine.wrap(source, out);
      if (source.hasRemaining() && result.bytesConsumed() + result.bytesProduced() == 0) {
        throw new IOException("the client has ended the connection's TLS");
      }
    } finally {
      out.flip();
    }
  }

  private void flush() throws IOException {
    ByteBuffer out = sealed;
    while (out != null && out.hasRemaining()) {
      wire.write(out);
    }
  }

  private void release() {
    ByteBuffer out = sealed;
    if (out != null && !out.hasRemaining()) {
      PACKETS.give(hint, out);
      sealed = null;
    }
    lock.unlock();
  }
}
