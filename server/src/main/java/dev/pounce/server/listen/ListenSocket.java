package dev.pounce.server.listen;

import dev.pounce.app.Address;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.posix.Descriptor;
import dev.pounce.server.systemd.Activation;
import java.io.Closeable;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket, TCP or Unix domain. It outlives every worker: while it is open no connection
 * is lost, because those that nobody has accepted yet wait in the kernel.
 */
public final class ListenSocket implements Closeable {

  private static final int STANDARD_INPUT = 0;

  /** What another process needs to wake up and accept. */
  private static final Duration COURTESY = Duration.ofNanos(500_000);

  /** Stands for a name in the abstract namespace of Linux, which the JDK does not tell. */
  private static final String ABSTRACT = "@";

  private final ServerSocketChannel channel;
  private final Selector selector;
  private final Address address;
  private final @Nullable SocketFile file;

  /** Whether it is descriptor 0: to close that, the JDK would take standard output with it. */
  private final boolean standardInput;

  private volatile boolean leaving;
  private volatile boolean last;

  private ListenSocket(
      ServerSocketChannel channel,
      Address address,
      @Nullable SocketFile file,
      boolean standardInput)
      throws IOException {
    this.channel = channel;
    this.address = address;
    this.file = file;
    this.standardInput = standardInput;
    this.selector = Selector.open();
    channel.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
  }

  /**
   * Listens where the configuration says, unless systemd does that already: then its socket is
   * taken.
   *
   * @throws IOException if that is not possible; the message says why and what to do
   */
  public static ListenSocket open(ServerConfig config) throws IOException {
    Optional<Descriptor> given = Activation.take(System.getenv());
    if (given.isPresent()) {
      return standardInput(given.get());
    }
    Path uds = config.uds();
    return uds == null
        ? tcp(config.host(), config.port(), config.backlog())
        : unix(uds, config.udsPermissions(), config.backlog());
  }

  /**
   * Listens as {@link #open} does, on this process's descriptor 0. Processes that it starts with
   * {@link ProcessBuilder.Redirect#INHERIT} as their input can take the socket with {@link
   * #inherited}, and accept from it, too. Linux alone; once in a process.
   *
   * @throws IOException as {@link #open}
   */
  public static ListenSocket shared(ServerConfig config) throws IOException {
    Optional<Descriptor> given = Activation.take(System.getenv());
    if (given.isPresent()) {
      return standardInput(given.get());
    }
    Path uds = config.uds();
    if (uds != null) {
      SocketFile file =
          SocketFile.make(
              uds,
              config.udsPermissions(),
              address -> duplicate(Descriptor.listening(address, config.backlog())));
      return new ListenSocket(standardInput(), new Address(uds.toString(), 0), file, true);
    }
    TcpAddress asked = TcpAddress.of(config.host(), config.port());
    try {
      duplicate(Descriptor.listening(asked.ip(), config.backlog()));
    } catch (SocketException e) {
      throw asked.failure(e);
    }
    ServerSocketChannel channel = standardInput();
    return new ListenSocket(channel, address(config.host(), channel), null, true);
  }

  /**
   * Takes the socket that the process has as its descriptor 0, because another one has made it.
   *
   * @throws IOException if there is none that listens; the message says what to do
   */
  public static ListenSocket inherited() throws IOException {
    ServerSocketChannel channel = standardInput();
    return new ListenSocket(channel, address(null, channel), null, true);
  }

  private static ListenSocket standardInput(Descriptor given) throws IOException {
    duplicate(given);
    return inherited();
  }

  private static void duplicate(Descriptor descriptor) throws SocketException {
    try (descriptor) {
      descriptor.duplicateTo(STANDARD_INPUT);
    }
  }

  private static ServerSocketChannel standardInput() throws IOException {
    if (System.inheritedChannel() instanceof ServerSocketChannel channel) {
      return channel;
    }
    throw new IOException(
        "what came as descriptor 0 is no listening socket: pass one for TCP or a Unix domain");
  }

  /** What is bound, with the host by the name that it was asked for, if it was. */
  private static Address address(@Nullable String host, ServerSocketChannel channel)
      throws IOException {
    SocketAddress bound = channel.getLocalAddress();
    if (!(bound instanceof InetSocketAddress inet)) {
      String path = String.valueOf(bound);
      return new Address(path.isEmpty() ? ABSTRACT : path, 0);
    }
    if (host != null) {
      return new Address(host, inet.getPort());
    }
    InetAddress ip = inet.getAddress();
    boolean everySix = ip instanceof Inet6Address && ip.isAnyLocalAddress();
    return new Address(everySix ? "::" : ip.getHostAddress(), inet.getPort());
  }

  /**
   * Listens on a TCP port.
   *
   * @throws IOException if that is not possible; the message says why and what to do
   */
  public static ListenSocket tcp(String host, int port, int backlog) throws IOException {
    TcpAddress asked = TcpAddress.of(host, port);
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(asked.ip(), backlog);
      return new ListenSocket(channel, address(host, channel), null, false);
    } catch (SocketException e) {
      channel.close();
      throw asked.failure(e);
    }
  }

  private static ListenSocket unix(Path path, Set<PosixFilePermission> permissions, int backlog)
      throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      SocketFile file =
          SocketFile.make(path, permissions, address -> channel.bind(address, backlog));
      return new ListenSocket(channel, new Address(path.toString(), 0), file, false);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Waits for the next connection. Called on one thread.
   *
   * @param readiness what its transport waits with
   * @param ahead whether another process should have the next connection, if it wants it
   * @return its transport, or null when {@link #leave} or {@link #finish} has been called and no
   *     more are to be taken
   * @throws IOException if the system can't give one now, for want of file descriptors, say
   */
  public @Nullable PlainTransport accept(Readiness readiness, BooleanSupplier ahead)
      throws IOException {
    while (true) {
      if (leaving && standardInput && !last) {
        return null; // those that wait are for whoever has the socket next
      }
      if (ahead.getAsBoolean()) {
        LockSupport.parkNanos(COURTESY.toNanos());
      }
      SocketChannel accepted = channel.accept();
      if (accepted != null) {
        if (address.port() > 0) {
          accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        return new PlainTransport(accepted, readiness);
      }
      if (leaving) {
        return null;
      }
      selector.select();
      selector.selectedKeys().clear();
    }
  }

  /**
   * Has {@link #accept} take no more connections; those that wait already are taken still, unless
   * other processes have the socket, too.
   */
  public void leave() {
    leaving = true;
    selector.wakeup();
  }

  /**
   * Does as {@link #leave} when no other process will accept from the socket either: those that
   * wait are taken in any case.
   */
  public void finish() {
    last = true;
    leave();
  }

  /** The address and port that are listened on, or the path of a Unix domain socket and port 0. */
  public Address address() {
    return address;
  }

  /** The TCP port, or -1 on a Unix domain socket. */
  public int port() {
    return address.port() > 0 ? address.port() : -1;
  }

  /**
   * Where it can be reached: {@code http://127.0.0.1:8000}, or {@code unix:/run/pounce.sock}.
   *
   * @param scheme of a TCP port: http or https
   */
  public URI uri(String scheme) {
    if (address.port() > 0) {
      return URI.create(scheme + "://" + address);
    }
    String name = address.host();
    return URI.create(
        "unix:" + (name.equals(ABSTRACT) ? name : Path.of(name).toUri().getRawPath()));
  }

  /**
   * Stops listening; the file of a Unix domain socket goes with it. What has been inherited, or can
   * be, listens until the process ends.
   */
  @Override
  public void close() throws IOException {
    selector.close();
    if (!standardInput) {
      channel.close();
    }
    if (file != null) {
      file.remove();
    }
  }
}
