package dev.pounce.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.house.Document.Block;
import dev.pounce.server.Server;
import dev.pounce.server.config.Builder;
import dev.pounce.server.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.dataformat.toml.TomlMapper;

/** nginx and Pounce, each configured as docs/operations.md says, work together. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NginxTest {

  private static final Application WHO =
      Http.app(request ->
          Response.text(
              String.join(
                  " ",
                  request.client() == null ? "nobody" : request.client().host(),
                  request.scope().scheme(),
                  request.header("host"),
                  request.id())));

  @TempDir private static Path certificates;

  @BeforeAll
  static void certify() throws IOException, InterruptedException, GeneralSecurityException {
    Nginx.certify(certificates);
  }

  /** A configuration of nginx, and that of Pounce which follows it. */
  record Setup(Block nginx, Block pounce) {

    @Override
    public String toString() {
      return nginx.toString();
    }
  }

  static List<Setup> setups() throws IOException {
    Document document = Document.of("docs/operations.md");
    List<Block> nginx = document.blocks("nginx");
    List<Block> pounce = document.blocks("toml");
    return IntStream.range(0, nginx.size())
        .mapToObj(i -> new Setup(nginx.get(i), pounce.get(i)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("setups")
  void proxy_isBelievedAndItsClientIsNot(Setup setup, @TempDir Path directory)
      throws IOException, InterruptedException {
    Path uds = directory.resolve("pounce.sock");
    try (Server server = new Server(config(setup.pounce(), uds), WHO)) {
      server.start();
      String upstream = server.port() < 0 ? "unix:" + uds : "127.0.0.1:" + server.port();
      try (Nginx nginx = Nginx.start(setup.nginx().text(), upstream, certificates, directory)) {
        String seen =
            nginx.ask(
                "-H 'X-Forwarded-For: 6.6.6.6' -H 'X-Forwarded-Host: evil.example'"
                    + " -H 'X-Forwarded-Proto: http' -H 'X-Request-ID: evil'");
        assertThat(seen).matches("127\\.0\\.0\\.2 https example\\.com [0-9a-f]{32}");
      }
    }
  }

  private static ServerConfig config(Block block, Path uds) {
    Builder builder = ServerConfig.builder().port(0);
    new TomlMapper()
        .readTree(block.text())
        .properties()
        .forEach(entry ->
            builder.set(
                entry.getKey(),
                entry.getKey().equals("uds")
                    ? uds.toString()
                    : SnippetsTest.text(entry.getValue())));
    return builder.build();
  }
}
