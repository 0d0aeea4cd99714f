package dev.pounce.server.listen;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket, TCP or Unix domain. It outlives every worker: while it is open no connection
 * is lost, because those that nobody has accepted yet wait in the kernel.
 */
public final class ListenSocket implements Closeable {

  private static final int FIRST_UNPRIVILEGED_PORT = 1024;

  private final ServerSocketChannel channel;
  private final Selector selector;
  private final @Nullable Path path;
  private volatile boolean leaving;

  private ListenSocket(ServerSocketChannel channel, @Nullable Path path) throws IOException {
    this.channel = channel;
    this.path = path;
    this.selector = Selector.open();
    channel.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
  }

  /**
   * Listens on a TCP port.
   *
   * @throws IOException if that is not possible; the message says why and what to do
   */
  public static ListenSocket tcp(String host, int port, int backlog) throws IOException {
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IOException("host " + host + " is not known: choose an address of this machine", e);
    }
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(new InetSocketAddress(address, port), backlog);
      return new ListenSocket(channel, null);
    } catch (SocketException e) {
      channel.close();
      throw new IOException(reason(host, port, e), e);
    }
  }

  private static String reason(String host, int port, SocketException e) {
    String message = String.valueOf(e.getMessage());
    if (message.startsWith("Permission denied")) {
      return "port "
          + port
          + " needs privileges that this process lacks: choose a port from "
          + FIRST_UNPRIVILEGED_PORT
          + " on";
    }
    if (e instanceof BindException && message.startsWith("Address already in use")) {
      return "port "
          + port
          + " on "
          + host
          + " is taken: stop what listens there, or choose another port";
    }
    return "can't listen on " + host + " port " + port + ": " + message;
  }

  /**
   * Listens on a Unix domain socket. A socket file that nobody listens on any more is replaced.
   *
   * @throws IOException if that is not possible; the message says why and what to do
   */
  public static ListenSocket unix(Path path, int backlog) throws IOException {
    removeStale(path);
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(path), backlog);
      return new ListenSocket(channel, path);
    } catch (IOException e) {
      channel.close();
      throw new IOException(
          "can't make the socket "
              + path
              + " ("
              + e.getMessage()
              + "): its directory must exist and be writable",
          e);
    }
  }

  private static void removeStale(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(path)) {
      throw new IOException(path + " is there and is no socket: choose another path");
    }
    try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      throw new IOException(
          "socket " + path + " is taken: stop what listens there, or choose another path");
    } catch (ConnectException e) {
      Files.delete(path);
    }
  }

  /**
   * Waits for the next connection. Called on one thread.
   *
   * @param readiness what its transport waits with
   * @return its transport, or null when {@link #leave} has been called and nobody waits any more
   * @throws IOException if the system can't give one now, for want of file descriptors, say
   */
  public @Nullable Transport accept(Readiness readiness) throws IOException {
    while (true) {
      SocketChannel accepted = channel.accept();
      if (accepted != null) {
        if (path == null) {
          accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        return new Transport(accepted, readiness);
      }
      if (leaving) {
        return null;
      }
      selector.select();
      selector.selectedKeys().clear();
    }
  }

  /** Has {@link #accept} take those that have connected already, and then no more. */
  public void leave() {
    leaving = true;
    selector.wakeup();
  }

  /** The TCP port, or -1 on a Unix domain socket. */
  public int port() {
    try {
      return channel.getLocalAddress() instanceof InetSocketAddress inet ? inet.getPort() : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  /** Stops listening; the file of a Unix domain socket goes with it. */
  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
    if (path != null) {
      Files.deleteIfExists(path);
    }
  }
}
