package dev.pounce.server.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pounce.server.posix.Descriptor.Kind;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sockets made by hand are those that the JDK would have made. */
class DescriptorTest {

  private static final int FAR_BEYOND_ANY = 1_000_000;

  @TempDir private Path directory;

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0)) {
      return probe.getLocalPort();
    }
  }

  @ParameterizedTest(name = "{0} can be reached at {1}")
  @CsvSource({
    "127.0.0.1, 127.0.0.1",
    "::1, ::1",
    "0.0.0.0, 127.0.0.2",
    "::, ::1",
    "::, 127.0.0.1",
  })
  void listening_onAnAddress_canBeReached(String host, String client) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), freePort());
    try (Descriptor listener = Descriptor.listening(address, 1);
        SocketChannel peer = SocketChannel.open(new InetSocketAddress(client, address.getPort()))) {
      assertThat(peer.isConnected()).isTrue();
      assertThat(listener.kind()).isEqualTo(Kind.LISTENING);
    }
  }

  @Test
  void listening_onAPath_canBeReached() throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("@socket"));
    try (Descriptor listener = Descriptor.listening(address, 1);
        SocketChannel peer = SocketChannel.open(address)) {
      assertThat(peer.isConnected()).isTrue();
      assertThat(listener.kind()).isEqualTo(Kind.LISTENING);
    }
  }

  @Test
  void listening_portIsTaken_isABindException() throws IOException {
    try (ServerSocket other = new ServerSocket(0)) {
      assertThatExceptionOfType(BindException.class)
          .isThrownBy(() -> Descriptor.listening(new InetSocketAddress(other.getLocalPort()), 1))
          .withMessage("Address already in use");
    }
  }

  @Test
  void listening_portWasInUseAMomentAgo_isPossible() throws IOException {
    InetSocketAddress address = new InetSocketAddress("127.0.0.1", freePort());
    try (ServerSocket other = new ServerSocket(address.getPort(), 1, address.getAddress());
        SocketChannel peer = SocketChannel.open(address)) {
      other.accept().close(); // the side that closes first keeps the port for a while
      assertThat(peer.isOpen()).isTrue();
    }
    try (Descriptor listener = Descriptor.listening(address, 1)) {
      assertThat(listener.kind()).isEqualTo(Kind.LISTENING);
    }
  }

  @Test
  void listening_isNotInheritedByOtherPrograms() throws IOException {
    Set<String> before = descriptors();
    try (Descriptor listener =
        Descriptor.listening(UnixDomainSocketAddress.of(directory.resolve("s")), 1)) {
      assertThat(descriptors())
          .filteredOn(number -> !before.contains(number))
          .isNotEmpty()
          .allSatisfy(number -> assertThat(isClosedOnExec(number)).isTrue());
      assertThat(listener.kind()).isEqualTo(Kind.LISTENING);
    }
  }

  private static Set<String> descriptors() throws IOException {
    try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
      return links
          .filter(DescriptorTest::isSocket)
          .map(link -> link.getFileName().toString())
          .collect(Collectors.toSet());
    }
  }

  private static boolean isSocket(Path link) {
    try {
      return Files.readSymbolicLink(link).toString().startsWith("socket:");
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isClosedOnExec(String number) throws IOException {
    String flags =
        Files.readAllLines(Path.of("/proc/self/fdinfo", number)).stream()
            .filter(line -> line.startsWith("flags:"))
            .findFirst()
            .orElseThrow();
    return (Long.parseLong(flags.replaceAll("\\D", ""), 8) & 02000000) != 0;
  }

  @Test
  void kind_ofOthers_isTold() throws IOException {
    int stream = CLibrary.socket(CLibrary.AF_INET, CLibrary.SOCK_STREAM | CLibrary.SOCK_CLOEXEC);
    int datagram = CLibrary.socket(CLibrary.AF_INET, CLibrary.SOCK_DGRAM | CLibrary.SOCK_CLOEXEC);
    try (Descriptor first = Descriptor.of(stream);
        Descriptor second = Descriptor.of(datagram)) {
      assertThat(first.kind()).isEqualTo(Kind.STREAM);
      assertThat(second.kind()).isEqualTo(Kind.DATAGRAM);
    }
    assertThat(Descriptor.of(FAR_BEYOND_ANY).kind()).isEqualTo(Kind.OTHER);
  }

  @Test
  void duplicateTo_notOpen_isTheSystemsWords() {
    assertThatExceptionOfType(SocketException.class)
        .isThrownBy(() -> Descriptor.of(FAR_BEYOND_ANY).duplicateTo(FAR_BEYOND_ANY + 1))
        .withMessage("Bad file descriptor");
  }
}
