package dev.pounce.server.listen;

import dev.pounce.app.Address;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The octets of one connection, in blocking style.
 *
 * <p>This and {@link Carrier} are the only places that know how a connection waits: here a blocking
 * channel on a virtual thread of the JDK's scheduler. One thread reads and one writes at a time;
 * any thread may shut down or close.
 */
public final class Transport implements Closeable {

  private final SocketChannel channel;

  Transport(SocketChannel channel) {
    this.channel = channel;
  }

  /** Waits for octets; returns how many were read, or -1 at the end. */
  public int read(ByteBuffer target) throws IOException {
    return channel.read(target);
  }

  /** Waits until the peer takes octets, and writes as many as it takes; at least one. */
  public void write(ByteBuffer source) throws IOException {
    channel.write(source);
  }

  /** Wakes the reader, which then sees the end of the stream. */
  public void shutdownInput() {
    try {
      channel.shutdownInput();
    } catch (IOException e) {
      // already closed: there is no reader to wake
    }
  }

  /** Tells the peer that nothing more will come. */
  public void shutdownOutput() {
    try {
      channel.shutdownOutput();
    } catch (IOException e) {
      // already closed: the peer has been told
    }
  }

  /** Closes with a reset, so that the peer can't take what it got for the whole. */
  public void reset() {
    try {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException | UnsupportedOperationException e) {
      // a Unix domain socket, or closed already: closing is all that can be done
    }
    close();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // nothing is left to be lost
    }
  }

  /**
   * Makes reads and writes return at once instead of waiting. Only for a thread that has the
   * connection to itself.
   */
  public SocketChannel nonBlocking(boolean on) throws IOException {
    channel.configureBlocking(!on);
    return channel;
  }

  /** The peer's IP address, or null on a Unix domain socket or a closed connection. */
  public @Nullable InetAddress peerAddress() {
    try {
      return channel.getRemoteAddress() instanceof InetSocketAddress inet
          ? inet.getAddress()
          : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** The peer, or null on a Unix domain socket or a closed connection. */
  public @Nullable Address peer() {
    try {
      return address(channel.getRemoteAddress());
    } catch (IOException e) {
      return null;
    }
  }

  /** The address that the connection came in on, or null as for {@link #peer}. */
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
