package dev.pounce.server.listen;

import dev.pounce.app.Address;
import dev.pounce.server.tls.Handshake;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The octets of one connection as they are on its socket.
 *
 * <p>This, {@link Readiness} and {@link Carrier} are the only places that know how a connection
 * waits: here the caller parks until the server's readiness has seen its socket ready. One thread
 * reads and one writes at a time; any thread may shut down or close.
 *
 * <p>The key stays armed for reading. A reader announces itself in {@code reader} and then looks at
 * {@code readable} and {@code disarmed}, again each time it is unparked; {@link #signal} raises
 * {@code readable} and then looks at {@code reader}. Where it finds none, the octets are for later,
 * and it disarms the key, lest the selector spin on them, raises {@code disarmed}, and unparks
 * whoever has come to read meanwhile, who arms the key again. A signal may come late, and the read
 * behind it find nothing; none is lost. A reader that leaves names a {@code successor} in its place
 * and then looks; whoever would have unparked it takes that out, atomically, and starts it.
 */
public final class PlainTransport extends Transport {

  private static final AtomicReferenceFieldUpdater<PlainTransport, @Nullable Runnable> SUCCESSOR =
      AtomicReferenceFieldUpdater.newUpdater(PlainTransport.class, Runnable.class, "successor");

  private final SocketChannel channel;
  private final Readiness readiness;
  private @Nullable SelectionKey key;
  private volatile @Nullable Thread reader;
  private volatile @Nullable Runnable successor;
  private volatile @Nullable Thread writer;
  private volatile boolean readable;
  private volatile boolean writable;
  private volatile boolean disarmed;
  private volatile boolean inputEnded;
  private volatile boolean idleEnded;
  private volatile boolean ended;
  private volatile boolean patient = true;

  private volatile boolean nudged;

  /** Whether nothing is expected of the peer. */
  private volatile boolean idle;

  /** Whether it is no use to read at once, because the last read left nothing behind. */
  private boolean drained = true;

  PlainTransport(SocketChannel channel, Readiness readiness) throws IOException {
    this.channel = channel;
    this.readiness = readiness;
    channel.configureBlocking(false);
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int count;
    do {
      await();
      count = poll(target);
    } while (count == 0 && patient && !isNudged());
    return count;
  }

  @Override
  public int poll(ByteBuffer target) throws IOException {
    boolean last = isInputEnded() && patient;
    int room = target.remaining();
    int count = channel.read(target);
    drained = count < room;
    return count == 0 && last ? -1 : count;
  }

  @Override
  public void await() throws IOException {
    if (drained && patient && !isInputEnded() && !isNudged()) {
      awaitReadable();
      drained = false;
    }
  }

  private void awaitReadable() throws IOException {
    reader = Thread.currentThread();
    try {
      SelectionKey mine = key();
      while (!readable && !ended) {
        if (disarmed) {
          disarmed = false;
          arm(mine, SelectionKey.OP_READ);
        }
        LockSupport.park(this);
        checkInterrupt();
      }
      readable = false;
    } finally {
      reader = null;
    }
  }

  @Override
  public boolean delegate(Runnable next) throws IOException {
    if (!drained || !patient || readable || isInputEnded()) {
      return false;
    }
    SelectionKey mine = key();
    successor = next;
    if (readable || ended) { // as it came: perhaps before there was a successor
      return !recall();
    }
    if (!disarmed) {
      return true;
    }
    disarmed = false;
    try {
      arm(mine, SelectionKey.OP_READ);
      return true;
    } catch (IOException e) { // closed: whoever did that may have started the successor
      return !recall();
    }
  }

  @Override
  public boolean recall() {
    return SUCCESSOR.getAndSet(this, null) != null;
  }

  /** Has whoever reads look again. */
  private void rouse() {
    LockSupport.unpark(reader);
    if (successor != null) {
      Runnable next = SUCCESSOR.getAndSet(this, null);
      if (next != null) {
        Carrier.thread(next).start();
      }
    }
  }

  @Override
  public void write(ByteBuffer source) throws IOException {
    while (channel.write(source) == 0 && source.hasRemaining()) {
      writable = false;
      writer = Thread.currentThread();
      try {
        arm(key(), SelectionKey.OP_WRITE);
        while (!writable && !ended) {
          LockSupport.park(this);
          checkInterrupt();
        }
      } finally {
        writer = null;
      }
    }
  }

  private static void checkInterrupt() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted while it waited for the client");
    }
  }

  private synchronized SelectionKey key() throws IOException {
    SelectionKey mine = key;
    if (mine == null) {
      mine = readiness.register(channel, this);
      key = mine;
    }
    return mine;
  }

  private void arm(SelectionKey mine, int operation) throws IOException {
    try {
      mine.interestOpsOr(operation);
    } catch (CancelledKeyException e) {
      throw new IOException("the connection is closed", e);
    }
    readiness.wakeup();
  }

  /** The socket is ready. Called on the readiness's thread. */
  void signal(SelectionKey mine) {
    try {
      if (mine.isReadable()) {
        readable = true;
        if (reader == null && successor == null) {
          mine.interestOpsAnd(~SelectionKey.OP_READ);
          disarmed = true;
        }
        rouse();
      }
      if (mine.isWritable()) {
        mine.interestOpsAnd(~SelectionKey.OP_WRITE);
        writable = true;
        LockSupport.unpark(writer);
      }
    } catch (CancelledKeyException e) {
      wake();
    }
  }

  private void wake() {
    ended = true;
    rouse();
    LockSupport.unpark(writer);
  }

  @Override
  public void idle(boolean idle) {
    this.idle = idle;
    if (idle && nudged) { // a look costs less than a write, on every request's path
      nudged = false;
    }
  }

  boolean isNudged() {
    return nudged && idle;
  }

  @Override
  public boolean isIdleEnded() {
    return idleEnded;
  }

  private boolean isInputEnded() {
    return inputEnded || idleEnded && idle;
  }

  @Override
  public void endIdle() {
    idleEnded = true;
    look();
  }

  @Override
  public void nudge() {
    nudged = true;
    look();
  }

  private void look() {
    readable = true;
    rouse();
  }

  @Override
  public void endInput() {
    inputEnded = true;
    look();
  }

  @Override
  public void shutdownOutput() {
    try {
      channel.shutdownOutput();
    } catch (IOException e) {
      // already closed: the peer has been told
    }
  }

  @Override
  public void reset() {
    try {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException | UnsupportedOperationException e) {
      // a Unix domain socket, or closed already: closing is all that can be done
    }
    close();
  }

  /** Writes what the peer takes without waiting. */
  void offer(ByteBuffer source) throws IOException {
    channel.write(source);
  }

  boolean isPatient() {
    return patient;
  }

  @Override
  public void cut() {
    close();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // nothing is left to be lost
    }
    wake();
    readiness.wakeup();
  }

  @Override
  public SocketChannel nonBlocking(boolean on) {
    patient = !on;
    return channel;
  }

  @Override
  public @Nullable Handshake secured() {
    return null;
  }

  @Override
  public @Nullable InetAddress peerAddress() {
    try {
      return channel.getRemoteAddress() instanceof InetSocketAddress inet
          ? inet.getAddress()
          : null;
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public @Nullable Address peer() {
    try {
      return address(channel.getRemoteAddress());
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public @Nullable Address local() {
    try {
      return address(channel.getLocalAddress());
    } catch (IOException e) {
      return null;
    }
  }

  static @Nullable Address address(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? new Address(inet.getAddress().getHostAddress(), inet.getPort())
        : null;
  }
}
