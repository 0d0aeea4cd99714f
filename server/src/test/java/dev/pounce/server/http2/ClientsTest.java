package dev.pounce.server.http2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.server.Await;
import dev.pounce.server.Running;
import dev.pounce.server.Secured;
import dev.pounce.server.StartupException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Other people's clients: the JDK's, curl, nghttp and h2load. */
@Timeout(120)
class ClientsTest {

  private static final int LARGE = 20 * 1024 * 1024;

  private static final Application APP =
      Http.app(r ->
          switch (r.path()) {
            case "/sum" -> Response.text(sum(r.body()));
            case "/large" -> Response.bytes("application/octet-stream", new byte[LARGE]);
            default -> Response.text(r.scope().httpVersion() + " " + r.path() + " " + r.text());
          });

  @TempDir private Path folder;

  private static String sum(InputStream in) throws IOException {
    CRC32 sum = new CRC32();
    byte[] piece = new byte[16_384];
    long length = 0;
    for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
      sum.update(piece, 0, count);
      length += count;
    }
    return length + " octets, " + sum.getValue();
  }

  private Running serve(boolean secure) throws IOException, StartupException {
    Secured.write(folder);
    return Running.serve(
        APP,
        s -> {
          s.maxRequestSize(dev.pounce.server.config.ByteSize.mib(64));
          if (secure) {
            Secured.settings(folder).accept(s);
          }
        });
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    try (InputStream out = process.getInputStream()) {
      String said = new String(out.readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
      return said;
    }
  }

  private static String curl(boolean secure, String... more) throws Exception {
    String http2 = secure ? "--http2" : "--http2-prior-knowledge";
    return run(
        Stream.concat(Stream.of("curl", "-sSk", "--max-time", "60", http2), Stream.of(more))
            .toArray(String[]::new));
  }

  private Path upload() throws IOException {
    byte[] noise = new byte[LARGE];
    new Random(1).nextBytes(noise);
    return Files.write(folder.resolve("upload"), noise);
  }

  private static HttpClient jdk() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_2)
        .sslContext(Secured.client())
        .build();
  }

  @Test
  void jdk_manyAtOnce_shareOneConnection() throws Exception {
    try (Running server = serve(true);
        HttpClient client = jdk()) {
      client.send(
          HttpRequest.newBuilder(server.uri("/first")).build(),
          HttpResponse.BodyHandlers.ofString());
      List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        HttpRequest request =
            HttpRequest.newBuilder(server.uri("/" + i))
                .POST(HttpRequest.BodyPublishers.ofString("body " + i))
                .build();
        if (i >= 80) {
          all.get(i - 80).join();
        }
        all.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
      }
      for (int i = 0; i < all.size(); i++) {
        HttpResponse<String> response = all.get(i).join();
        assertThat(response.body()).isEqualTo("2 /" + i + " body " + i);
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
      }
      assertThat(server.story().of(ConnectionOpened.class))
          .extracting(ConnectionOpened::protocol)
          .containsExactly(Protocol.H2);
    }
  }

  @Test
  void jdk_largeBodies_areWholeBothWays() throws Exception {
    try (Running server = serve(true);
        HttpClient client = jdk()) {
      Path upload = upload();
      HttpResponse<String> sum =
          client.send(
              HttpRequest.newBuilder(server.uri("/sum"))
                  .POST(HttpRequest.BodyPublishers.ofFile(upload))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      try (InputStream in = Files.newInputStream(upload)) {
        assertThat(sum.body()).isEqualTo(sum(in));
      }
      HttpResponse<byte[]> large =
          client.send(
              HttpRequest.newBuilder(server.uri("/large")).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      assertThat(large.body()).hasSize(LARGE);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void curl_isServed(boolean secure) throws Exception {
    try (Running server = serve(secure)) {
      assertThat(curl(secure, "-v", server.uri("/it").toString()))
          .contains("< HTTP/2 200")
          .contains("2 /it ");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void curl_largeUpload_isTakenWhole(boolean secure) throws Exception {
    try (Running server = serve(secure)) {
      Path upload = upload();
      String said = curl(secure, "-T", upload.toString(), server.uri("/sum").toString());
      try (InputStream in = Files.newInputStream(upload)) {
        assertThat(said).isEqualTo(sum(in));
      }
    }
  }

  @Test
  void curl_ofHttp10_isServedInsideTls() throws Exception {
    try (Running server = serve(true)) {
      assertThat(run("curl", "-sSk", "--http1.0", server.uri("/old").toString()))
          .isEqualTo("1.0 /old ");
    }
  }

  @Test
  void curl_parallel_getsAll() throws Exception {
    try (Running server = serve(true)) {
      String said = curl(true, "--parallel", "--parallel-max", "50", server.uri("/") + "[1-200]");
      for (int i = 1; i <= 200; i++) {
        assertThat(said).contains("2 /" + i + " ");
      }
    }
  }

  @Test
  void curl_withoutHttp2_isServedByAlpn() throws Exception {
    try (Running server = serve(true)) {
      assertThat(run("curl", "-sSk", "--http1.1", server.uri("/it").toString()))
          .isEqualTo("1.1 /it ");
    }
  }

  @Test
  void curl_http2IsOff_getsHttp1() throws Exception {
    Secured.write(folder);
    try (Running server =
        Running.serve(APP, s -> Secured.settings(folder).accept(s.http2(false)))) {
      assertThat(curl(true, "-v", server.uri("/it").toString()))
          .contains("1.1 /it ")
          .contains("server accepted http/1.1");
    }
  }

  @Test
  void nghttp_seesAWholeConversation() throws Exception {
    try (Running server = serve(false)) {
      String said = run("nghttp", "-v", "-m", "5", server.uri("/it").toString());
      assertThat(said)
          .contains("SETTINGS_MAX_CONCURRENT_STREAMS(0x03):100")
          .contains(":status: 200")
          .contains("2 /it ")
          .doesNotContain("RST_STREAM")
          .doesNotContain("some requests were not processed");
    }
  }

  @Test
  void nghttp_trailersAndContinuations_areTaken() throws Exception {
    try (Running server = serve(true)) {
      String said =
          run(
              "nghttp",
              "-v",
              "--continuation",
              "--padding=200",
              "--trailer=x-end: yes",
              "-d",
              Files.writeString(folder.resolve("body"), "body").toString(),
              server.uri("/it").toString());
      assertThat(said).contains("2 /it body").contains(":status: 200");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void h2load_allSucceed_andAreCounted(boolean secure) throws Exception {
    try (Running server = serve(secure)) {
      String said =
          run("h2load", "-n", "5000", "-c", "8", "-m", "50", server.uri("/it").toString());
      assertThat(said).contains("5000 total, 5000 started, 5000 done, 5000 succeeded, 0 failed");
      assertThat(said).contains("5000 2xx");
      Await.until(
          "all are told of", () -> server.story().of(ResponseCompleted.class).size() == 5000);
    }
  }
}
