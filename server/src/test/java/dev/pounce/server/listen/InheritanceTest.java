package dev.pounce.server.listen;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One process listens, others accept: connections outlast those that come and go. */
@Timeout(60)
class InheritanceTest {

  @TempDir private Path directory;

  /** Runs it to its end; {@code client} connects three times, as soon as it can. */
  private static List<String> run(List<String> args, SocketAddress known) throws Exception {
    Process parent = new ProcessBuilder(Heir.command(args)).redirectErrorStream(true).start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader output = parent.inputReader(UTF_8)) {
      lines.add(output.readLine());
      SocketAddress address = known == null ? address(lines.getFirst()) : known;
      for (String child : List.of("1", "2", "3")) {
        assertThat(answer(address)).as(lines.toString()).isEqualTo(child);
      }
      output.lines().forEach(lines::add);
      assertThat(parent.waitFor()).isZero();
      return lines;
    } finally {
      parent.destroyForcibly().waitFor();
    }
  }

  private static SocketAddress address(String line) {
    return new InetSocketAddress(
        "127.0.0.1", Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)));
  }

  private static String answer(SocketAddress address) throws IOException {
    ByteBuffer answer = ByteBuffer.allocate(16);
    try (SocketChannel client = SocketChannel.open(address)) {
      while (client.read(answer) >= 0) {
        // more may come
      }
    }
    return UTF_8.decode(answer.flip()).toString();
  }

  @Test
  void tcp_isSharedWithOneProcessAfterTheOther() throws Exception {
    List<String> lines = run(List.of("port=0", "host=localhost"), null);
    String port = lines.getFirst().replaceAll("\\D", "");
    assertThat(lines)
        .containsExactly(
            "listens at http://localhost:" + port,
            "child 1 listens at http://127.0.0.1:" + port,
            "child 1 ended with 0",
            "child 2 listens at http://127.0.0.1:" + port,
            "child 2 ended with 0",
            "child 3 listens at http://127.0.0.1:" + port,
            "child 3 ended with 0",
            "closed");
  }

  @Test
  void unixSocket_isSharedAndItsFileGoesWithTheFirstProcess() throws Exception {
    Path path = directory.resolve("pounce.sock");
    List<String> lines = run(List.of("uds=" + path), UnixDomainSocketAddress.of(path));
    assertThat(lines)
        .startsWith("listens at unix:" + path)
        .endsWith("child 3 ended with 0", "closed");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void inherited_descriptor0IsNoSocket_saysSo() throws Exception {
    Process child =
        new ProcessBuilder(Heir.command(List.of("child", "1"))).redirectErrorStream(true).start();
    try (BufferedReader output = child.inputReader(UTF_8)) {
      assertThat(output.lines())
          .anySatisfy(line ->
              assertThat(line)
                  .contains("IOException: what came as descriptor 0 is no listening socket"));
      assertThat(child.waitFor()).isEqualTo(1);
    } finally {
      child.destroyForcibly().waitFor();
    }
  }
}
