package dev.pounce.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Http;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Request;
import dev.pounce.app.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that others have written: what they send means here what they meant. */
class ClientsTest {

  private static final int LARGE = 900_000;

  private static Running server;

  @BeforeAll
  static void start() throws StartupException {
    server = Running.serve(Http.app(ClientsTest::answer));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Response answer(Request request) throws IOException {
    HttpScope scope = request.scope();
    return switch (request.path()) {
      case "/echo" ->
          Response.bytes("application/octet-stream", request.bytes()).header("Asked", asked(scope));
      case "/ignore" -> Response.text("ignored").status(403);
      case "/stream" ->
          Response.stream(
              "text/plain",
              out -> {
                for (int i = 0; i < 1_000; i++) {
                  out.write((i + "\n").getBytes(UTF_8));
                }
              });
      default -> Response.text(asked(scope)).header("Asked", asked(scope));
    };
  }

  private static String asked(HttpScope scope) {
    return scope.method()
        + " "
        + scope.rawPath()
        + "?"
        + scope.queryString()
        + " "
        + scope.httpVersion();
  }

  private static byte[] random(int size) {
    byte[] octets = new byte[size];
    new Random(size).nextBytes(octets);
    return octets;
  }

  @Nested
  class JdkClient {

    @Test
    void get_isAnswered() throws Exception {
      try (HttpClient client = HttpClient.newHttpClient()) {
        HttpResponse<String> response = client.send(get("/a/b?c=d&e"), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("GET /a/b?c=d&e 1.1");
        assertThat(response.headers().firstValue("content-type"))
            .contains("text/plain; charset=utf-8");
      }
    }

    @Test
    void pathAndQuery_meanWhatTheUriMeans() throws Exception {
      CompletableFuture<HttpScope> seen = new CompletableFuture<>();
      URI uri =
          new URI("http", null, "127.0.0.1", 1, "/d\u00e9j\u00e0 vu/100%", "q=\u00fc ber", null);
      try (Running other =
              Running.serve(
                  Http.app(request -> {
                    seen.complete(request.scope());
                    return Response.empty(204);
                  }));
          HttpClient client = HttpClient.newHttpClient()) {
        URI here = URI.create(uri.toASCIIString().replace(":1/", ":" + other.port() + "/"));
        client.send(
            HttpRequest.newBuilder(here).header("X-Two", "1").header("X-Two", "2").build(),
            BodyHandlers.discarding());
        HttpScope scope = seen.get(10, SECONDS);

        assertThat(scope.path()).isEqualTo(uri.getPath());
        assertThat(scope.rawPath()).isEqualTo(here.getRawPath());
        assertThat(scope.queryString()).isEqualTo(here.getRawQuery());
        assertThat(scope.headers().all("x-two")).containsExactly("1", "2");
        assertThat(scope.headers().first("host")).isEqualTo("127.0.0.1:" + other.port());
      }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16_384, LARGE})
    void post_ofKnownLength_isEchoed(int size) throws Exception {
      byte[] body = random(size);
      try (HttpClient client = HttpClient.newHttpClient()) {
        HttpRequest post = request("/echo").POST(BodyPublishers.ofByteArray(body)).build();

        assertThat(client.send(post, BodyHandlers.ofByteArray()).body()).isEqualTo(body);
      }
    }

    @Test
    void post_chunked_isEchoed() throws Exception {
      List<byte[]> pieces = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        pieces.add(random(1 + i * 37));
      }
      byte[] whole = pieces.stream().reduce(new byte[0], ClientsTest::concat);
      try (HttpClient client = HttpClient.newHttpClient()) {
        HttpRequest post = request("/echo").POST(BodyPublishers.ofByteArrays(pieces)).build();

        assertThat(client.send(post, BodyHandlers.ofByteArray()).body()).isEqualTo(whole);
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/echo", "/ignore"})
    void post_thatExpectsToContinue_isAnswered(String path) throws Exception {
      try (HttpClient client = HttpClient.newHttpClient()) {
        HttpRequest post =
            request(path).expectContinue(true).POST(BodyPublishers.ofString("hello")).build();

        assertThat(client.send(post, BodyHandlers.ofString()).body())
            .isEqualTo(path.equals("/echo") ? "hello" : "ignored");
        assertThat(client.send(get("/next"), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      }
    }

    @Test
    void head_isAnsweredWithoutABody() throws Exception {
      try (HttpClient client = HttpClient.newHttpClient()) {
        HttpResponse<String> head =
            client.send(request("/x").HEAD().build(), BodyHandlers.ofString());

        assertThat(head.headers().firstValue("asked")).contains("HEAD /x? 1.1");
        assertThat(head.body()).isEmpty();
        assertThat(client.send(get("/x"), BodyHandlers.ofString()).body()).isEqualTo("GET /x? 1.1");
      }
    }

    @Test
    void stream_arrivesWhole() throws Exception {
      try (HttpClient client = HttpClient.newHttpClient()) {
        assertThat(client.send(get("/stream"), BodyHandlers.ofString()).body().lines())
            .hasSize(1_000);
      }
    }

    /** The client asks for an upgrade to HTTP/2 by default; the server may and does ignore that. */
    @Test
    void upgradeToHttp2_isIgnored() throws Exception {
      try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
        HttpResponse<String> response = client.send(get("/"), BodyHandlers.ofString());

        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(response.body()).isEqualTo("GET /? 1.1");
      }
    }

    @Test
    void manyRequestsAtOnce_eachGetItsOwnAnswer() throws Exception {
      int requests = 400;
      try (HttpClient client = HttpClient.newHttpClient()) {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
          HttpRequest post =
              request("/echo")
                  .POST(BodyPublishers.ofString("body " + i + "-".repeat(i * 10)))
                  .build();
          answers.add(client.sendAsync(post, BodyHandlers.ofString()));
        }
        for (int i = 0; i < requests; i++) {
          assertThat(answers.get(i).get(30, SECONDS).body())
              .isEqualTo("body " + i + "-".repeat(i * 10));
        }
      }
    }

    private HttpRequest.Builder request(String path) {
      return HttpRequest.newBuilder(server.uri(path));
    }

    private HttpRequest get(String path) {
      return request(path).build();
    }
  }

  @Nested
  class Curl {

    @TempDir Path directory;

    @Test
    void get_isAnswered() throws Exception {
      assertThat(curl("--include", url("/a?b")))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .endsWith("GET /a?b 1.1");
    }

    @Test
    void get_overHttp10_isAnswered() throws Exception {
      assertThat(curl("--http1.0", "--include", url("/a")))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains("\r\nConnection: close\r\n")
          .endsWith("GET /a? 1.0");
    }

    @Test
    void stream_overHttp10_arrivesWhole() throws Exception {
      assertThat(curl("--http1.0", url("/stream")).lines()).hasSize(1_000);
    }

    @Test
    void stream_arrivesWhole() throws Exception {
      assertThat(curl(url("/stream")).lines()).hasSize(1_000);
    }

    @Test
    void severalRequests_useOneConnection() throws Exception {
      assertThat(curl("--write-out", " %{num_connects}\n", url("/1"), url("/2"), url("/3")).lines())
          .containsExactly("GET /1? 1.1 1", "GET /2? 1.1 0", "GET /3? 1.1 0");
    }

    @Test
    void head_isAnsweredWithoutABody() throws Exception {
      assertThat(curl("--head", url("/a")))
          .contains("\r\nAsked: HEAD /a? 1.1\r\n")
          .contains("\r\nContent-Length: 12\r\n")
          .endsWith("\r\n\r\n");
    }

    @Test
    void form_isEchoed() throws Exception {
      assertThat(curl("--data", "a=b&c=d", url("/echo"))).isEqualTo("a=b&c=d");
    }

    @Test
    void upload_isEchoed() throws Exception {
      assertThat(uploaded("--upload-file", file(), url("/echo"))).isEqualTo(random(LARGE));
    }

    @Test
    void upload_chunked_isEchoed() throws Exception {
      assertThat(
              uploaded(
                  "--header", "Transfer-Encoding: chunked", "--upload-file", file(), url("/echo")))
          .isEqualTo(random(LARGE));
    }

    @Test
    void upload_overHttp10_isEchoed() throws Exception {
      assertThat(uploaded("--http1.0", "--upload-file", file(), url("/echo")))
          .isEqualTo(random(LARGE));
    }

    @Test
    void upload_thatWaitsToContinue_isToldToGoOn() throws Exception {
      String said =
          curl("--include", "--header", "Expect: 100-continue", "--data", "hello", url("/echo"));

      assertThat(said)
          .startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
          .endsWith("hello");
    }

    @Test
    void upload_thatWaitsToContinue_isSparedIfNobodyWantsIt() throws Exception {
      String said =
          curl(
              "--include",
              "--header",
              "Expect: 100-continue",
              "--expect100-timeout",
              "30",
              "--upload-file",
              file(),
              url("/ignore"));

      assertThat(said).startsWith("HTTP/1.1 403 Forbidden\r\n").endsWith("ignored");
    }

    @Test
    void optionsAsterisk_isAnswered() throws Exception {
      assertThat(curl("--request", "OPTIONS", "--request-target", "*", url("/")))
          .isEqualTo("OPTIONS *? 1.1");
    }

    @Test
    void proxyRequest_isAnsweredForItsPath() throws Exception {
      assertThat(curl("--noproxy", "", "--proxy", url("/"), "http://shop.example/cart?id=1"))
          .isEqualTo("GET /cart?id=1 1.1");
    }

    private String url(String path) {
      return server.uri(path).toString();
    }

    private String file() throws IOException {
      return Files.write(directory.resolve("upload"), random(LARGE)).toString();
    }

    private byte[] uploaded(String... arguments) throws Exception {
      Path answer = directory.resolve("answer");
      List<String> all = new ArrayList<>(List.of("--output", answer.toString()));
      all.addAll(Arrays.asList(arguments));
      curl(all.toArray(String[]::new));
      return Files.readAllBytes(answer);
    }

    /** What curl prints; with an error it fails and says why. */
    private String curl(String... arguments) throws Exception {
      List<String> command =
          new ArrayList<>(
              List.of("curl", "--disable", "--silent", "--show-error", "--max-time", "30"));
      command.addAll(Arrays.asList(arguments));
      Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (InputStream out = curl.getInputStream()) {
        String said = new String(out.readAllBytes(), UTF_8);

        assertThat(curl.waitFor(30, SECONDS)).isTrue();
        assertThat(curl.exitValue()).as(said).isZero();
        return said;
      } finally {
        curl.destroyForcibly();
      }
    }
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
