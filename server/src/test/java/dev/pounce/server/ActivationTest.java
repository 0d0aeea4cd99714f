package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server on the socket that systemd's own tool listens on, and hands over once somebody comes.
 */
@Timeout(60)
class ActivationTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String HEAP = "64m";

  @TempDir private Path directory;

  private static Child activated(List<String> listeners, String... settings) throws Exception {
    List<String> before = new ArrayList<>(List.of("systemd-socket-activate"));
    before.addAll(listeners);
    return Child.by(before, HEAP, settings);
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private static RawClient connect(int port) throws Exception {
    RawClient[] client = new RawClient[1];
    Await.until(
        "something listens on " + port,
        () -> {
          try {
            client[0] = RawClient.connect(port, PATIENCE);
            return true;
          } catch (IOException e) {
            return false;
          }
        });
    return client[0];
  }

  private static SocketChannel connect(Path path) throws Exception {
    SocketChannel[] client = new SocketChannel[1];
    Await.until(
        "something listens on " + path,
        () -> {
          try {
            client[0] = SocketChannel.open(UnixDomainSocketAddress.of(path));
            return true;
          } catch (IOException e) {
            return false;
          }
        });
    return client[0];
  }

  @Test
  void tcp_isServedFromTheFirstConnectionOn() throws Exception {
    int port = freePort();
    try (Child child = activated(List.of("-l", "127.0.0.1:" + port));
        RawClient client = connect(port)) {
      RawResponse response = client.send(get("/")).readResponse();
      assertThat(response.text()).isEqualTo("hello");
      assertThat(child.port()).isEqualTo(port);
      assertThat(child.awaitLine("at ")).isEqualTo("at http://127.0.0.1:" + port);
    }
  }

  @Test
  void stop_isInOrderAndSaidToTheEnd() throws Exception {
    int port = freePort();
    try (Child child = activated(List.of("-l", "127.0.0.1:" + port));
        RawClient client = connect(port)) {
      client.send(get("/")).readResponse();
      child.signal("TERM");
      assertThat(child.exitCode(PATIENCE)).isZero();
      // closing an inherited channel would have sent standard output to /dev/null
      assertThat(child.lines()).contains("All workers stopped").endsWith("application stopped");
    }
  }

  @Test
  void everyAddress_isNamedShort() throws Exception {
    int port = freePort();
    try (Child child = activated(List.of("-l", "" + port));
        RawClient client = connect(port)) {
      assertThat(client.send(get("/")).readResponse().text()).isEqualTo("hello");
      assertThat(child.awaitLine("at ")).isEqualTo("at http://[::]:" + port);
    }
  }

  @Test
  void unixSocket_isServedAndItsFileStays() throws Exception {
    Path path = directory.resolve("pounce.sock");
    try (Child child = activated(List.of("-l", path.toString()));
        SocketChannel client = connect(path)) {
      assertThat(child.awaitLine("at ")).isEqualTo("at unix:" + path);
      assertThat(Curl.over("--unix-socket", path.toString(), "http://localhost/"))
          .isEqualTo("hello");
      child.signal("TERM");
      assertThat(child.exitCode(PATIENCE)).isZero();
      assertThat(client.isOpen()).isTrue();
    }
    assertThat(path).exists(); // it is systemd's
  }

  @Test
  void abstractSocket_isServed() throws Exception {
    String name = "pounce-" + ProcessHandle.current().pid();
    try (Child child = activated(List.of("-l", "@" + name))) {
      assertThat(
              Curl.over(
                  "--abstract-unix-socket",
                  name,
                  "--retry-connrefused",
                  "--retry",
                  "10",
                  "--retry-delay",
                  "1",
                  "http://localhost/"))
          .isEqualTo("hello");
      assertThat(child.awaitLine("at ")).isEqualTo("at unix:@");
    }
  }

  @Test
  void twoSockets_areOneTooMany() throws Exception {
    Path first = directory.resolve("first");
    Path second = directory.resolve("second");
    try (Child child = activated(List.of("-l", first.toString(), "-l", second.toString()));
        SocketChannel client = connect(first)) {
      assertThat(client.isConnected()).isTrue();
      assertThat(child.exitCode(PATIENCE)).isEqualTo(1);
      assertThat(child.lines())
          .anySatisfy(line ->
              assertThat(line)
                  .endsWith(
                      "StartupException: systemd gave 2 sockets, and the server takes one: leave"
                          + " one ListenStream in the .socket unit"));
    }
  }

  @Test
  void environmentOfAnotherProcess_isNotMeant() throws Exception {
    List<String> others = List.of("/usr/bin/env", "LISTEN_FDS=1", "LISTEN_PID=1");
    try (Child child = Child.by(others, HEAP);
        RawClient client = child.connect()) {
      assertThat(client.send(get("/")).readResponse().text()).isEqualTo("hello");
    }
  }

  @Test
  void plainStart_callsNoForeignFunctions() throws Exception {
    List<String> verbose = List.of("/usr/bin/env", "JDK_JAVA_OPTIONS=-Xlog:class+load");
    try (Child child = Child.by(verbose, HEAP);
        RawClient client = child.connect()) {
      client.send(get("/")).readResponse();
      assertThat(child.lines())
          .anyMatch(line -> line.contains("dev.pounce.server.listen.ListenSocket "))
          .noneMatch(line -> line.contains("dev.pounce.server.posix"))
          .noneMatch(line -> line.contains("java.lang.foreign.Linker "));
    }
  }
}
