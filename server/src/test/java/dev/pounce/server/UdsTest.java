package dev.pounce.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.server.config.Network;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Serving on a Unix domain socket, to curl. */
@Timeout(60)
class UdsTest {

  private static final Application APP =
      Http.app(request ->
          Response.text(
              request.method()
                  + " from "
                  + request.client()
                  + " to "
                  + request.scope().server()
                  + ": "
                  + request.text()));

  @TempDir private Path directory;
  private Path path;

  @BeforeEach
  void choosePath() {
    path = directory.resolve("pounce.sock");
  }

  private Running serve() throws StartupException {
    return Running.serve(APP, settings -> settings.uds(path).healthCheckPath("/health"));
  }

  private String curl(String... args) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("curl", "-sS", "--max-time", "10", "--unix-socket", "" + path));
    command.addAll(List.of(args));
    Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var output = curl.getInputStream()) {
      String text = new String(output.readAllBytes(), UTF_8);
      assertThat(curl.waitFor()).as(text).isZero();
      return text;
    }
  }

  @Test
  void socket_curlAsks_isAnswered() throws Exception {
    try (Running server = serve()) {
      assertThat(curl("http://localhost/a", "http://localhost/b"))
          .isEqualTo("GET from null to null: GET from null to null: ");
      assertThat(curl("--data", "body", "http://localhost/c"))
          .isEqualTo("POST from null to null: body");
      assertThat(curl("http://localhost/health")).contains("\"status\":\"ok\"");
      assertThat(server.awaitLogged("/c"))
          .matches("unix - \"POST /c HTTP/1.1\" 200 28 \\d+\\.\\dms \\[[0-9a-f]{12}]");
    }
  }

  @Test
  void server_onASocket_hasNoPortAndNamesThePath() throws Exception {
    try (Running server = serve()) {
      assertThat(server.port()).isEqualTo(-1);
      assertThat(server.server().uri()).hasToString("unix:" + path);
    }
  }

  @Test
  void close_removesTheFile() throws Exception {
    try (Running server = serve()) {
      assertThat(path).exists();
    }
    assertThat(Files.exists(path, LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void start_staleSocketFile_isReplaced() throws Exception {
    try (ServerSocketChannel crashed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      crashed.bind(UnixDomainSocketAddress.of(path));
    }
    assertThat(path).exists();
    try (Running server = serve()) {
      assertThat(curl("http://localhost/")).startsWith("GET");
    }
  }

  @Test
  void start_againAfterAStop_works() throws Exception {
    for (int i = 0; i < 3; i++) {
      try (Running server = serve()) {
        assertThat(curl("http://localhost/")).startsWith("GET");
      }
    }
  }

  @Test
  void start_socketIsTaken_saysSoAndLeavesTheOtherAlone() throws Exception {
    try (Running first = serve()) {
      assertThatThrownBy(this::serve)
          .isInstanceOf(StartupException.class)
          .hasMessageContaining(path.toString())
          .hasMessageContaining("taken")
          .message()
          .doesNotContain("\n");
      assertThat(curl("http://localhost/")).startsWith("GET");
    }
  }

  @Test
  void start_pathIsAFile_saysSoAndLeavesItAlone() throws Exception {
    Files.writeString(path, "precious");
    assertThatThrownBy(this::serve)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining("socket");
    assertThat(path).hasContent("precious");
  }

  @Test
  void start_directoryIsMissing_saysSo() {
    path = directory.resolve("missing/pounce.sock");
    assertThatThrownBy(this::serve)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining("directory");
  }

  @Test
  void start_pathIsTooLongForASocket_saysSo() {
    path = directory.resolve("long".repeat(40) + ".sock");
    assertThatThrownBy(this::serve)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining("long");
  }

  @Test
  void peer_onASocket_isTrustedOnlyByStar() throws Exception {
    String[] proxied = {"-H", "X-Forwarded-For: 203.0.113.7", "http://localhost/"};
    try (Running server = serve()) {
      assertThat(curl(proxied)).startsWith("GET from null");
    }
    try (Running server =
        Running.serve(
            APP,
            settings -> settings.uds(path).trustedHosts(List.of(Network.parse("0.0.0.0/0"))))) {
      assertThat(curl(proxied)).startsWith("GET from null");
    }
    try (Running server =
        Running.serve(APP, settings -> settings.uds(path).trustedHosts(List.of(Network.ANY)))) {
      assertThat(curl(proxied)).startsWith("GET from 203.0.113.7");
    }
  }
}
