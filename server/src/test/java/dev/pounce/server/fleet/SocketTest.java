package dev.pounce.server.fleet;

import static dev.pounce.server.Requests.get;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.Await;
import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What worker processes inherit: the listening socket, whoever has made it, and little else. */
@Timeout(180)
class SocketTest {

  @TempDir private Path folder;

  private static String ask(Path socket) throws IOException {
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      client.write(ByteBuffer.wrap(get("/pid", "Connection: close").getBytes(ISO_8859_1)));
      ByteBuffer answer = ByteBuffer.allocate(4096);
      while (client.read(answer) >= 0) {
        // more may come
      }
      String text = ISO_8859_1.decode(answer.flip()).toString();
      return text.substring(text.lastIndexOf('\n') + 1);
    }
  }

  @Test
  void unixSocket_isSharedAndItsFileGoesInTheEnd() throws Exception {
    Path socket = folder.resolve("pounce.sock");
    try (FleetProcess fleet =
        FleetProcess.start(folder, "workers=2", "uds=" + socket, "uds-permissions=0620")) {
      assertThat(fleet.awaitLine("at ")).isEqualTo("at unix:" + socket);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw--w----");
      Set<String> pids = new TreeSet<>();
      Await.until("both have answered", () -> pids.add(ask(socket)) && pids.size() == 2);
      assertThat(fleet.workers()).extracting(String::valueOf).containsAll(pids);

      long victim = Long.parseLong(pids.iterator().next());
      FleetProcess.signal("KILL", victim);
      fleet.awaitWorkers("a new one", all -> all.size() == 2 && !all.contains(victim));
      assertThat(socket).exists();
      fleet.signal("TERM");
      assertThat(fleet.exitCode()).isZero();
      assertThat(socket).doesNotExist();
    }
  }

  @Test
  void systemdsSocket_isSharedButNotItsMessages() throws Exception {
    int port;
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = probe.getLocalPort();
    }
    List<String> systemd =
        List.of(
            "systemd-socket-activate",
            "-l",
            "127.0.0.1:" + port,
            "/usr/bin/env",
            "NOTIFY_SOCKET=" + folder.resolve("notify"),
            "WATCHDOG_USEC=60000000",
            "POUNCE_TEST=kept");
    try (FleetProcess fleet = FleetProcess.by(systemd, folder, "workers=2")) {
      Await.until("systemd listens", () -> connects(port));
      assertThat(fleet.port()).isEqualTo(port);
      assertThat(fleet.ask("/").text()).isEqualTo("hello");
      assertThat(environment(fleet.pid()))
          .contains("POUNCE_TEST=kept", "LISTEN_FDS=1", "WATCHDOG_USEC=60000000");
      for (long worker : fleet.workers()) {
        assertThat(environment(worker))
            .contains("POUNCE_TEST=kept")
            .noneMatch(variable -> variable.matches("(LISTEN_|NOTIFY_|WATCHDOG_).*"));
      }
      fleet.signal("TERM");
      assertThat(fleet.exitCode()).isZero();
      assertThat(fleet.lines()).endsWith("All workers stopped");
    }
  }

  private static boolean connects(int port) {
    try (RawClient client = RawClient.connect(port)) {
      return client.socket().isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static List<String> environment(long pid) throws IOException {
    return List.of(Files.readString(Path.of("/proc/" + pid + "/environ")).split("\0"));
  }
}
