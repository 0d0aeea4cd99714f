package dev.pounce.server.listen;

import dev.pounce.app.Address;
import dev.pounce.server.tls.Handshake;
import dev.pounce.server.tls.HandshakeException;
import dev.pounce.server.tls.Keychain;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The octets of one connection inside TLS, with the JDK's engine between them and the socket. All
 * waiting is the socket's; this asks it for more octets when what has come is not a whole record.
 *
 * <p>One thread reads, and owns the {@link RecordReader}; any may write, with the lock of the
 * {@link RecordWriter} held.
 *
 * <p>After a handshake that has failed there is no TLS: octets pass as they are, so that a client
 * that speaks plain HTTP can be told, and what still comes be thrown away.
 */
public final class TlsTransport extends Transport {

  private final PlainTransport wire;
  private final Keychain keychain;
  private final RecordReader reader;
  private final RecordWriter writer;

  /** Made when the first octets have come. */
  private volatile @Nullable SSLEngine engine;

  private volatile @Nullable Handshake agreed;
  private volatile @Nullable HandshakeException failure;

  /** What the reader says of the peer. */
  private boolean idle;

  /** What the socket has been told of it: the rest of a record is always expected. */
  private boolean wireIdle;

  /** TLS over a connection on which nothing has been read or written. */
  public TlsTransport(PlainTransport wire, Keychain keychain) {
    this.wire = wire;
    this.keychain = keychain;
    this.writer = new RecordWriter(wire);
    this.reader = new RecordReader(wire, writer);
  }

  /**
   * Waits for the first octets of a handshake; from then on the peer is not idle.
   *
   * @return false if none come, or none have come where waiting is off
   * @throws EOFException if none will, where waiting is off
   */
  public boolean awaitHello() throws IOException {
    if (!reader.isEmpty() || engine != null || failure != null) {
      return true;
    }
    wire.idle(true);
    int count;
    do {
      wire.await();
      count = reader.receive();
    } while (count == 0 && wire.isPatient());
    if (count < 0 && !wire.isPatient()) {
      throw new EOFException("the client has left");
    }
    wire.idle(false);
    letGo();
    return count > 0;
  }

  /**
   * Goes on with the handshake, to its end unless waiting is off; {@link #awaitHello} comes before.
   *
   * @return what was agreed on, or null if more octets have to come first
   * @throws HandshakeException if it fails; the peer has been told
   */
  public @Nullable Handshake handshake() throws IOException {
    if (failure != null) {
      throw failure;
    }
    if (agreed == null) {
      try {
        agreed = shake();
      } catch (SSLException e) {
        throw fail(String.valueOf(e.getMessage()), false);
      }
      letGo();
    }
    return agreed;
  }

  private @Nullable Handshake shake() throws IOException {
    SSLEngine mine = engine;
    if (mine == null) {
      if (isPlainHttp(reader.first())) {
        throw fail("the client speaks HTTP without TLS", true);
      }
      mine = keychain.engine();
      engine = mine;
      mine.beginHandshake();
    }
    while (true) {
      switch (mine.getHandshakeStatus()) {
        case NEED_TASK -> RecordReader.runTasks(mine);
        case NEED_WRAP -> writer.say(mine);
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (!hear(mine)) {
            return null;
          }
        }
        case FINISHED, NOT_HANDSHAKING -> {
          return Handshake.of(mine);
        }
      }
    }
  }

  /** A record begins with a number below those of letters; a method with a letter. */
  private static boolean isPlainHttp(byte first) {
    return first >= 'A' && first <= 'Z';
  }

  private boolean hear(SSLEngine mine) throws IOException {
    if (!reader.hasMore()) {
      wire.await();
      int count = reader.receive();
      if (count < 0) {
        throw fail("the client did not go on with it", false);
      }
      if (count == 0 && !wire.isPatient()) {
        return false;
      }
    }
    if (!reader.hear(mine)) {
      throw fail("the client has ended it", false);
    }
    return true;
  }

  private HandshakeException fail(String why, boolean plain) {
    SSLEngine mine = engine;
    if (mine != null) {
      writer.leave(mine);
    }
    reader.drop();
    letGo();
    HandshakeException said = new HandshakeException(why, plain);
    failure = said;
    return said;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int count;
    do {
      await();
      count = poll(target);
    } while (count == 0 && wire.isPatient() && !wire.isNudged());
    return count;
  }

  @Override
  public void await() throws IOException {
    reader.await();
  }

  @Override
  public boolean delegate(Runnable next) throws IOException {
    return failure == null && reader.isEmpty() && wire.delegate(next);
  }

  @Override
  public boolean recall() {
    return wire.recall();
  }

  @Override
  public int poll(ByteBuffer target) throws IOException {
    if (failure != null) {
      return wire.poll(target);
    }
    int count = reader.poll(engine(), target);
    letGo();
    return count;
  }

  /** Lets go of buffers with nothing in them; without any, the peer may be idle. */
  private void letGo() {
    reader.letGo();
    boolean bare = idle && reader.isEmpty();
    if (bare != wireIdle) {
      wireIdle = bare;
      wire.idle(bare);
    }
  }

  @Override
  public void write(ByteBuffer source) throws IOException {
    if (failure != null) {
      wire.write(source);
      return;
    }
    writer.write(engine(), source);
  }

  private SSLEngine engine() {
    return Objects.requireNonNull(engine, "the handshake comes first");
  }

  /** What was agreed on, or null as long as nothing is. */
  @Override
  public @Nullable Handshake secured() {
    return agreed;
  }

  @Override
  public void shutdownOutput() {
    SSLEngine mine = engine;
    if (mine != null && failure == null) {
      writer.end(mine);
    }
    wire.shutdownOutput();
  }

  @Override
  public void close() {
    SSLEngine mine = engine;
    if (mine != null && agreed != null) {
      writer.leave(mine);
    }
    wire.close();
  }

  @Override
  public void idle(boolean idle) {
    this.idle = idle;
    wireIdle = idle && reader.isEmpty();
    wire.idle(wireIdle);
  }

  @Override
  public boolean isIdleEnded() {
    return wire.isIdleEnded();
  }

  @Override
  public void endIdle() {
    wire.endIdle();
  }

  @Override
  public void nudge() {
    wire.nudge();
  }

  @Override
  public void endInput() {
    wire.endInput();
  }

  @Override
  public void reset() {
    wire.reset();
  }

  @Override
  public void cut() {
    wire.close();
  }

  @Override
  public SocketChannel nonBlocking(boolean on) {
    return wire.nonBlocking(on);
  }

  @Override
  public @Nullable InetAddress peerAddress() {
    return wire.peerAddress();
  }

  @Override
  public @Nullable Address peer() {
    return wire.peer();
  }

  @Override
  public @Nullable Address local() {
    return wire.local();
  }
}
