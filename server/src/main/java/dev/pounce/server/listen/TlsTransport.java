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
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The octets of one connection inside TLS, with the JDK's engine between them and the socket. All
 * waiting is the socket's; this asks it for more octets when what has come is not a whole record.
 *
 * <p>Whoever reads owns {@code incoming} and {@code opened}: octets of the socket that are not
 * opened yet, and opened ones for which the reader had no room. Whoever writes holds the lock and
 * owns {@code outgoing}: sealed octets that the socket has not taken yet. Each of these is there
 * only while something is in it.
 *
 * <p>A reader may find that the engine has something to say (the answer to a key update). It takes
 * the lock if that is free, and else leaves it to the writer, whose next record comes after it.
 * Nobody waits for a lock in order to close: if a writer is at work, the farewell is left out.
 *
 * <p>After a handshake that has failed there is no TLS: octets pass as they are, so that a client
 * that speaks plain HTTP can be told, and what still comes be thrown away.
 */
public final class TlsTransport extends Transport {

  /** More than the largest record, 2^14 octets and what is around them, and what is in it. */
  private static final int PACKET = 17 * 1024;

  private static final Packets PACKETS = new Packets(PACKET);
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final String RENEGOTIATED_VERSION = "TLSv1.2";

  private final PlainTransport wire;
  private final Keychain keychain;
  private final ReentrantLock writing = new ReentrantLock();
  private final int hint = System.identityHashCode(this);

  /** Made when the first octets have come. */
  private volatile @Nullable SSLEngine engine;

  private volatile @Nullable Handshake agreed;
  private volatile @Nullable HandshakeException failure;
  private @Nullable ByteBuffer incoming;
  private @Nullable ByteBuffer opened;
  private @Nullable ByteBuffer outgoing;

  /** Whether there might be a whole record in {@code incoming}. */
  private boolean more;

  /** What the reader says of the peer. */
  private boolean idle;

  /** What the socket has been told of it: the rest of a record is always expected. */
  private boolean wireIdle;

  /** TLS over a connection on which nothing has been read or written. */
  public TlsTransport(PlainTransport wire, Keychain keychain) {
    this.wire = wire;
    this.keychain = keychain;
  }

  /**
   * Waits for the first octets of a handshake; from then on the peer is not idle.
   *
   * @return false if none come, or none have come where waiting is off
   * @throws EOFException if none will, where waiting is off
   */
  public boolean awaitHello() throws IOException {
    if (incoming != null || engine != null || failure != null) {
      return true;
    }
    wire.idle(true);
    int count;
    do {
      wire.await();
      count = receive();
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
      if (isPlainHttp(held())) {
        throw fail("the client speaks HTTP without TLS", true);
      }
      mine = keychain.engine();
      engine = mine;
      mine.beginHandshake();
    }
    while (true) {
      switch (mine.getHandshakeStatus()) {
        case NEED_TASK -> runTasks(mine);
        case NEED_WRAP -> say(mine);
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
  private static boolean isPlainHttp(ByteBuffer octets) {
    byte first = octets.get(octets.position());
    return first >= 'A' && first <= 'Z';
  }

  private boolean hear(SSLEngine mine) throws IOException {
    if (!more) {
      wire.await();
      int count = receive();
      if (count < 0) {
        throw fail("the client did not go on with it", false);
      }
      if (count == 0 && !wire.isPatient()) {
        return false;
      }
    }
    SSLEngineResult result = mine.unwrap(held(), NOTHING);
    if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
      throw fail("the client has ended it", false);
    }
    more = result.getStatus() == SSLEngineResult.Status.OK && held().hasRemaining();
    return true;
  }

  private HandshakeException fail(String why, boolean plain) {
    SSLEngine mine = engine;
    if (mine != null) {
      farewell(mine);
    }
    if (incoming != null) {
      held().position(held().limit());
      letGo();
    }
    HandshakeException said = new HandshakeException(why, plain);
    failure = said;
    return said;
  }

  private static void runTasks(SSLEngine mine) {
    for (Runnable task = mine.getDelegatedTask(); task != null; task = mine.getDelegatedTask()) {
      task.run();
    }
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
    if (opened == null && !more) {
      wire.await();
    }
  }

  @Override
  public int poll(ByteBuffer target) throws IOException {
    if (failure != null) {
      return wire.poll(target);
    }
    int count = open(target);
    if (count == 0) {
      count = receive();
      if (count > 0) {
        count = open(target);
      }
    }
    letGo();
    return count;
  }

  /** Reads octets of the socket, behind those that are held. */
  private int receive() throws IOException {
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

  private ByteBuffer held() {
    return Objects.requireNonNull(incoming, "the first octets are there");
  }

  /**
   * Opens records as long as there are whole ones and the target has room.
   *
   * @return how many octets came out of them, or -1 behind the peer's farewell
   */
  private int open(ByteBuffer target) throws IOException {
    SSLEngine mine = engine();
    int before = target.position();
    pour(target);
    while (more && target.hasRemaining()) {
      ByteBuffer in = held();
      SSLEngineResult result = mine.unwrap(in, target);
      if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
        ByteBuffer aside = PACKETS.take(hint + 1);
        result = mine.unwrap(in, aside);
        opened = aside.flip();
        pour(target);
      }
      if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
        in.position(in.limit()); // nothing counts behind a farewell
      }
      more = result.getStatus() == SSLEngineResult.Status.OK && in.hasRemaining();
      attend(mine, result.getHandshakeStatus());
    }
    int count = target.position() - before;
    return count == 0 && mine.isInboundDone() ? -1 : count;
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
  private void attend(SSLEngine mine, HandshakeStatus asked) throws IOException {
    switch (asked) {
      case NEED_TASK -> {
        if (mine.getSession().getProtocol().equals(RENEGOTIATED_VERSION)) {
          throw new SSLException("the client asked for a renegotiation");
        }
        runTasks(mine);
      }
      case NEED_WRAP -> {
        if (writing.tryLock()) {
          try {
            seal(mine, NOTHING);
            flush();
          } finally {
            release();
          }
        }
      }
      case NEED_UNWRAP, NEED_UNWRAP_AGAIN, FINISHED, NOT_HANDSHAKING -> {}
    }
  }

  /** Lets go of buffers with nothing in them. */
  private void letGo() {
    ByteBuffer in = incoming;
    if (in != null && !in.hasRemaining()) {
      PACKETS.give(hint, in);
      incoming = null;
      more = false;
    }
    boolean bare = idle && incoming == null && opened == null;
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
    SSLEngine mine = engine();
    writing.lock();
    try {
      flush();
      int before = source.position();
      while (source.position() == before && source.hasRemaining()) {
        seal(mine, source);
        flush();
      }
    } finally {
      release();
    }
  }

  private void say(SSLEngine mine) throws IOException {
    writing.lock();
    try {
      flush();
      seal(mine, NOTHING);
      flush();
    } finally {
      release();
    }
  }

  /** Makes a record of what the engine has to say, or else of the source. With the lock held. */
  private void seal(SSLEngine mine, ByteBuffer source) throws IOException {
    ByteBuffer out = outgoing == null ? PACKETS.take(hint + 2) : outgoing.compact();
    outgoing = out;
    try {
      SSLEngineResult result = mine.wrap(source, out);
      if (source.hasRemaining() && result.bytesConsumed() + result.bytesProduced() == 0) {
        throw new IOException("the client has ended the connection's TLS");
      }
    } finally {
      out.flip();
    }
  }

  private void flush() throws IOException {
    ByteBuffer out = outgoing;
    while (out != null && out.hasRemaining()) {
      wire.write(out);
    }
  }

  private void release() {
    ByteBuffer out = outgoing;
    if (out != null && !out.hasRemaining()) {
      PACKETS.give(hint + 2, out);
      outgoing = null;
    }
    writing.unlock();
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
      writing.lock();
      try {
        flush();
        mine.closeOutbound();
        seal(mine, NOTHING);
        flush();
      } catch (IOException e) {
        // already closed: the peer has been told
      } finally {
        release();
      }
    }
    wire.shutdownOutput();
  }

  @Override
  public void close() {
    SSLEngine mine = engine;
    if (mine != null && agreed != null) {
      farewell(mine);
    }
    wire.close();
  }

  /** Says what the engine has to say at the end, an alert or a farewell, without waiting. */
  private void farewell(SSLEngine mine) {
    if (writing.tryLock()) {
      try {
        mine.closeOutbound();
        if (outgoing == null) {
          seal(mine, NOTHING);
          wire.offer(Objects.requireNonNull(outgoing));
        }
      } catch (IOException e) {
        // nobody is there to hear it
      } finally {
        release();
      }
    }
  }

  @Override
  public void idle(boolean idle) {
    this.idle = idle;
    wireIdle = idle && incoming == null && opened == null;
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
