package dev.pounce.server.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Addresses in the form of the C library: {@code struct sockaddr} and its kin. */
final class NativeAddress {

  private static final int IN_SIZE = 16;
  private static final int IN6_SIZE = 28;
  private static final int LONGEST_PATH = 107;

  private NativeAddress() {}

  static int family(SocketAddress address) {
    if (address instanceof InetSocketAddress inet) {
      return inet.getAddress() instanceof Inet6Address ? CLibrary.AF_INET6 : CLibrary.AF_INET;
    }
    return CLibrary.AF_UNIX;
  }

  static MemorySegment of(Arena arena, SocketAddress address) throws SocketException {
    return switch (address) {
      case InetSocketAddress inet -> inet(arena, inet);
      case UnixDomainSocketAddress unix -> path(arena, unix.getPath().toString());
      default -> throw new IllegalArgumentException("neither IP nor Unix: " + address);
    };
  }

  private static MemorySegment inet(Arena arena, InetSocketAddress address) {
    boolean six = address.getAddress() instanceof Inet6Address;
    MemorySegment segment = arena.allocate(six ? IN6_SIZE : IN_SIZE);
    ByteBuffer octets = octets(segment, family(address));
    octets.order(ByteOrder.BIG_ENDIAN).putShort((short) address.getPort());
    if (six) {
      octets.putInt(0); // flow
    }
    octets.put(address.getAddress().getAddress());
    if (address.getAddress() instanceof Inet6Address scoped) {
      octets.order(ByteOrder.nativeOrder()).putInt(scoped.getScopeId());
    }
    return segment;
  }

  /** A path; or, with an at sign before it, a name in the abstract namespace. */
  static MemorySegment unix(Arena arena, String name) throws SocketException {
    MemorySegment path = path(arena, name);
    if (!name.startsWith("@")) {
      return path;
    }
    path.set(JAVA_BYTE, Short.BYTES, (byte) 0);
    return path.asSlice(0, path.byteSize() - 1);
  }

  private static MemorySegment path(Arena arena, String name) throws SocketException {
    byte[] path = name.getBytes(UTF_8);
    if (path.length > LONGEST_PATH) {
      throw new SocketException("the path of a socket may have " + LONGEST_PATH + " bytes");
    }
    MemorySegment segment = arena.allocate(Short.BYTES + path.length + 1);
    octets(segment, CLibrary.AF_UNIX).put(path);
    return segment;
  }

  private static ByteBuffer octets(MemorySegment segment, int family) {
    return segment.asByteBuffer().order(ByteOrder.nativeOrder()).putShort((short) family);
  }
}
