package dev.pounce.server.listen;

import dev.pounce.app.Address;
import dev.pounce.server.tls.Handshake;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The octets of one connection, in blocking style. One thread reads and one writes at a time; any
 * thread may shut down or close.
 */
public abstract sealed class Transport implements Closeable permits PlainTransport, TlsTransport {

  Transport() {}

  /**
   * Waits for octets; returns how many were read, 0 after a {@link #nudge}, or -1 at the end.
   *
   * @throws InterruptedIOException if the thread is interrupted while it waits
   */
  public abstract int read(ByteBuffer target) throws IOException;

  /** Reads without waiting; returns how many octets were read, or -1 at the end. */
  public abstract int poll(ByteBuffer target) throws IOException;

  /**
   * Waits until a read will find octets or the end, as a rule.
   *
   * @throws InterruptedIOException if the thread is interrupted while it waits
   */
  public abstract void await() throws IOException;

  /**
   * Leaves the reading to a thread to come, which is started when there is something to read, or
   * nothing more will come. Called by the thread that reads; from then on it reads no more, unless
   * it {@link #recall}s that.
   *
   * @param reader what the thread is to do
   * @return false if something might be there now: then the caller goes on reading
   * @throws IOException if the connection is closed
   */
  public abstract boolean delegate(Runnable reader) throws IOException;

  /**
   * Takes the reading back.
   *
   * @return false if another thread has been started
   */
  public abstract boolean recall();

  /**
   * Waits until the peer takes octets, and writes as many as it takes; at least one.
   *
   * @throws InterruptedIOException if the thread is interrupted while it waits
   */
  public abstract void write(ByteBuffer source) throws IOException;

  /** Whether nothing is expected of the peer from now on. Only for the thread that reads. */
  public abstract void idle(boolean idle);

  /** Whether {@link #endIdle} has been called. */
  public abstract boolean isIdleEnded();

  /**
   * Does as {@link #endInput} if nothing is expected of the peer, and as long as nothing comes: of
   * what has begun to come, the rest is still read.
   */
  public abstract void endIdle();

  /**
   * Has a wait of an idle connection end, now or when it is about to begin, though nothing has
   * come.
   */
  public abstract void nudge();

  /**
   * Ends the stream of octets behind those that have arrived by now: a reader that waits is woken,
   * and none waits any more.
   */
  public abstract void endInput();

  /** Tells the peer that nothing more will come. */
  public abstract void shutdownOutput();

  /** Closes with a reset, so that the peer can't take what it got for the whole. */
  public abstract void reset();

  /** Closes in the middle of something, without the farewell that TLS has for a good end. */
  public abstract void cut();

  @Override
  public abstract void close();

  /**
   * Makes reads return 0 instead of waiting, or wait again. Only for a thread that has the
   * connection to itself.
   *
   * @return the channel, to wait for it among others
   */
  public abstract SocketChannel nonBlocking(boolean on);

  /** What a TLS handshake has agreed on, or null where there was none. */
  public abstract @Nullable Handshake secured();

  /** The peer's IP address, or null on a Unix domain socket or a closed connection. */
  public abstract @Nullable InetAddress peerAddress();

  /** The peer, or null on a Unix domain socket or a closed connection. */
  public abstract @Nullable Address peer();

  /** The address that the connection came in on, or null as for {@link #peer}. */
  public abstract @Nullable Address local();
}
