package dev.pounce.server.posix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;
import java.time.Duration;

/** One message to a Unix domain socket for datagrams, which the JDK has no channel for. */
public final class Datagram {

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private Datagram() {}

  /**
   * Sends the text, as UTF-8. Waits a second at most for a receiver that is behind.
   *
   * @param address an absolute path, or a name in the abstract namespace with {@code @} before it
   * @throws SocketException if it can't be sent; the message is the system's
   */
  public static void send(String address, String text) throws SocketException {
    int socket = CLibrary.socket(CLibrary.AF_UNIX, CLibrary.SOCK_DGRAM | CLibrary.SOCK_CLOEXEC);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment patience = arena.allocateFrom(JAVA_LONG, PATIENCE.toSeconds(), 0);
      CLibrary.setsockopt(socket, CLibrary.SOL_SOCKET, CLibrary.SO_SNDTIMEO, patience);
      byte[] octets = text.getBytes(UTF_8);
      MemorySegment message = arena.allocate(octets.length).copyFrom(MemorySegment.ofArray(octets));
      CLibrary.sendto(socket, message, NativeAddress.unix(arena, address));
    } finally {
      CLibrary.close(socket);
    }
  }
}
