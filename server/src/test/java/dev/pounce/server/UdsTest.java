package dev.pounce.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.server.config.Network;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
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
    return Curl.over("--unix-socket", path.toString(), args);
  }

  private String curl(Stream<String> args) throws Exception {
    return curl(args.toArray(String[]::new));
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
  void socket_withTls_isAnsweredInEitherProtocol() throws Exception {
    Secured.write(directory);
    String[] secure = {
      "--cacert", directory.resolve("cert.pem").toString(), "-w", "over %{http_version}",
    };
    try (Running server =
        Running.serve(APP, Secured.settings(directory).andThen(s -> s.uds(path)))) {
      assertThat(curl(Stream.concat(Stream.of(secure), Stream.of("https://localhost/a"))))
          .isEqualTo("GET from null to null: over 2");
      assertThat(
              curl(
                  Stream.concat(
                      Stream.of(secure),
                      Stream.of("--http1.1", "--data", "body", "https://localhost/b"))))
          .isEqualTo("POST from null to null: bodyover 1.1");
      assertThat(server.awaitLogged("/a")).startsWith("unix - \"GET /a HTTP/2\" 200 ");
    }
  }

  @Test
  void socket_http2InClear_isAnswered() throws Exception {
    try (Running server = serve()) {
      assertThat(
              curl(
                  "--http2-prior-knowledge",
                  "-w",
                  " over %{http_version} ",
                  "--data",
                  "body",
                  "http://localhost/b"))
          .isEqualTo("POST from null to null: body over 2 ");
      assertThat(server.awaitLogged("/b")).startsWith("unix - \"POST /b HTTP/2\" 200 ");
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
  void start_pathIsAPipe_saysSoAndLeavesItAlone() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
    assertThatThrownBy(this::serve)
        .isInstanceOf(StartupException.class)
        .hasMessage(path + " is there and is no socket: choose another path");
    assertThat(path).exists();
  }

  @Test
  void start_socketOfAServerThatIsStuck_isTaken() throws Exception {
    try (ServerSocketChannel stuck = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        SocketChannel first = SocketChannel.open(StandardProtocolFamily.UNIX);
        SocketChannel second = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      stuck.bind(UnixDomainSocketAddress.of(path), 1);
      for (SocketChannel waiting : List.of(first, second)) {
        waiting.connect(UnixDomainSocketAddress.of(path));
      }
      assertThatThrownBy(this::serve)
          .isInstanceOf(StartupException.class)
          .hasMessageContaining("taken");
    }
  }

  @Test
  void start_leavesNothingBesideTheSocket() throws Exception {
    try (Running server = serve()) {
      assertThat(directory).isDirectoryNotContaining(file -> !file.equals(path));
    }
  }

  @Test
  void permissions_areForOwnerAndGroup() throws Exception {
    try (Running server = serve()) {
      assertThat(permissions()).isEqualTo("rw-rw----");
    }
  }

  @Test
  void permissions_asConfigured() throws Exception {
    try (Running server =
        Running.serve(APP, settings -> settings.uds(path).set("uds-permissions", "0606"))) {
      assertThat(permissions()).isEqualTo("rw----rw-");
    }
  }

  private String permissions() throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void close_anotherHasTakenThePath_leavesItsFileAlone() throws Exception {
    Running first = serve();
    Files.delete(path);
    try (Running second = serve()) {
      first.close();
      assertThat(curl("http://localhost/")).startsWith("GET");
    }
  }

  @Test
  void close_fileIsGone_works() throws Exception {
    try (Running server = serve()) {
      Files.delete(path);
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void start_directoryIsMissing_saysSo() {
    path = directory.resolve("missing/pounce.sock");
    assertThatThrownBy(this::serve)
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "can't make the socket "
                + path
                + " (No such file or directory): its directory must exist and be writable");
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
