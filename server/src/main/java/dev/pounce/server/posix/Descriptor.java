package dev.pounce.server.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.Closeable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;

/**
 * A file descriptor with a number that can be known, unlike those of the JDK's channels, and so be
 * handed to another process. Not for several threads. Linux alone.
 */
public final class Descriptor implements Closeable {

  /** What a descriptor stands for, as far as that matters to a server. */
  public enum Kind {
    /** A stream socket that connections can be accepted from. */
    LISTENING("a listening stream socket"),
    /** A stream socket of one connection, or of none yet. */
    STREAM("a stream socket that does not listen"),
    /** A socket for datagrams or packets. */
    DATAGRAM("a datagram socket"),
    /** A file, a pipe, a device, or nothing at all. */
    OTHER("no socket");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private final int number;
  private boolean closed;

  private Descriptor(int number) {
    this.number = number;
  }

  /** A descriptor that this process was given. */
  public static Descriptor of(int number) {
    return new Descriptor(number);
  }

  /**
   * Listens. Processes that this one starts do not inherit the descriptor. An IPv6 wildcard address
   * takes IPv4 connections, too.
   *
   * @param address an IP address, or a path for a Unix domain socket
   * @param backlog how many connections the kernel may queue
   * @throws SocketException if that is not possible; the message is the system's
   */
  public static Descriptor listening(SocketAddress address, int backlog) throws SocketException {
    Descriptor descriptor =
        new Descriptor(
            CLibrary.socket(
                NativeAddress.family(address), CLibrary.SOCK_STREAM | CLibrary.SOCK_CLOEXEC));
    try (Arena arena = Arena.ofConfined()) {
      descriptor.listen(arena, address, backlog);
      return descriptor;
    } catch (SocketException e) {
      descriptor.close();
      throw e;
    }
  }

  private void listen(Arena arena, SocketAddress address, int backlog) throws SocketException {
    if (address instanceof InetSocketAddress) {
      MemorySegment on = arena.allocateFrom(JAVA_INT, 1);
      CLibrary.setsockopt(number, CLibrary.SOL_SOCKET, CLibrary.SO_REUSEADDR, on);
    }
    if (NativeAddress.family(address) == CLibrary.AF_INET6) {
      MemorySegment off = arena.allocateFrom(JAVA_INT, 0);
      CLibrary.setsockopt(number, CLibrary.IPPROTO_IPV6, CLibrary.IPV6_V6ONLY, off);
    }
    CLibrary.bind(number, NativeAddress.of(arena, address));
    CLibrary.listen(number, backlog);
  }

  /** What it stands for. */
  public Kind kind() {
    try {
      if (CLibrary.getsockopt(number, CLibrary.SOL_SOCKET, CLibrary.SO_TYPE)
          != CLibrary.SOCK_STREAM) {
        return Kind.DATAGRAM;
      }
      int listens = CLibrary.getsockopt(number, CLibrary.SOL_SOCKET, CLibrary.SO_ACCEPTCONN);
      return listens == 1 ? Kind.LISTENING : Kind.STREAM;
    } catch (SocketException e) {
      return Kind.OTHER;
    }
  }

  /**
   * Makes another number stand for the same; what that stood for is closed. Processes that this one
   * starts inherit it under that number, as far as the JDK lets them.
   *
   * @throws SocketException if the descriptor is not open
   */
  public void duplicateTo(int target) throws SocketException {
    CLibrary.dup2(number, target);
  }

  @Override
  public void close() throws SocketException {
    if (!closed) {
      closed = true;
      CLibrary.close(number);
    }
  }
}
