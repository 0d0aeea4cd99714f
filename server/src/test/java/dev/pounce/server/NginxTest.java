package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Http;
import dev.pounce.app.Request;
import dev.pounce.app.Response;
import dev.pounce.observe.log.LogFormat;
import dev.pounce.server.config.ByteSize;
import dev.pounce.server.config.Network;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server behind a real nginx, which is the only peer that it trusts. */
@Timeout(60)
class NginxTest {

  private static final String UUID4 = "[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}";
  private static final int LARGE = 16 << 20;

  /** nginx comes from 127.0.0.2, its own client from 127.0.0.1. */
  private static final String LOCATIONS =
      """
      proxy_bind 127.0.0.2;
      location / {
        proxy_pass http://pounce;
        proxy_set_header Host inner;
        proxy_set_header Connection "";
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Host $host;
        proxy_set_header X-Request-ID $request_id;
        add_header X-Nginx-ID $request_id;
      }
      location /secure {
        proxy_pass http://pounce;
        proxy_set_header Connection "";
        proxy_set_header X-Forwarded-Proto https;
      }
      location /unbuffered {
        proxy_pass http://pounce;
        proxy_request_buffering off;
        proxy_buffering off;
      }
      """;

  @TempDir private Path directory;
  private Running server;
  private Nginx nginx;

  @BeforeEach
  void start() throws Exception {
    server =
        Running.serve(
            Http.app(NginxTest::handle),
            settings ->
                settings
                    .trustedHosts(List.of(Network.parse("127.0.0.2")))
                    .maxRequestSize(ByteSize.of(2 * LARGE))
                    .healthCheckPath("/health")
                    .logFormat(LogFormat.JSON));
    nginx = Nginx.start(directory, "127.0.0.1:" + server.port(), LOCATIONS);
  }

  @AfterEach
  void stop() throws Exception {
    nginx.close();
    server.close();
  }

  private static Response handle(Request request) throws Exception {
    if (request.path().endsWith("/upload")) {
      return Response.text(sha256(request.body()));
    }
    if (request.path().endsWith("/download")) {
      return Response.stream("application/octet-stream", out -> out.write(large()));
    }
    return Response.text(
        String.join(
            "|",
            request.id(),
            String.valueOf(request.client()),
            request.scope().scheme(),
            String.valueOf(request.header("host"))));
  }

  private static byte[] large() {
    byte[] bytes = new byte[LARGE];
    for (int i = 0; i < LARGE; i += Bulk.BLOCK) {
      System.arraycopy(Bulk.block(i), 0, bytes, i, Bulk.BLOCK);
    }
    return bytes;
  }

  private static String sha256(InputStream in) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    byte[] piece = new byte[64 * 1024];
    for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
      digest.update(piece, 0, count);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private RawResponse ask(String path, String... fields) throws Exception {
    try (RawClient client = RawClient.connect(nginx.port())) {
      return client.send(get(path, fields)).readResponse();
    }
  }

  @Test
  void requestId_ofNginx_isInResponseScopeAndLog() throws Exception {
    RawResponse response = ask("/");
    String id = response.header("X-Nginx-ID").orElseThrow();
    assertThat(id).hasSize(32);
    assertThat(response.header("X-Request-ID")).contains(id);
    assertThat(response.text()).startsWith(id + "|");
    assertThat(server.awaitLogged("GET")).endsWith("\"request_id\":\"" + id + "\"}");
  }

  @Test
  void requestId_clientSendsOneToNginx_isNginxsAllTheSame() throws Exception {
    RawResponse response = ask("/", "X-Request-ID: of-the-client");
    assertThat(response.text()).startsWith(response.header("X-Nginx-ID").orElseThrow() + "|");
  }

  @Test
  void client_isNginxsClientInScopeAndLog() throws Exception {
    assertThat(ask("/").text()).endsWith("|127.0.0.1|http|localhost");
    assertThat(server.awaitLogged("GET")).contains("\"client\":\"127.0.0.1\"");
  }

  @Test
  void client_spoofsItsAddress_isNotBelieved() throws Exception {
    assertThat(ask("/", "X-Forwarded-For: 6.6.6.6").text()).endsWith("|127.0.0.1|http|localhost");
    assertThat(ask("/", "X-Forwarded-For: 127.0.0.2").text()).endsWith("|127.0.0.1|http|localhost");
  }

  @Test
  void scheme_nginxSpokeTls_isHttps() throws Exception {
    assertThat(ask("/secure").text()).contains("|https|");
  }

  @Test
  void fields_sentToTheServerItself_areNotBelieved() throws Exception {
    try (RawClient client = server.connect()) {
      client.send(
          get("/", "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: https", "X-Request-ID: mine"));
      String[] seen = client.readResponse().text().split("\\|");
      assertThat(seen[0]).matches(UUID4);
      assertThat(seen[1]).isEqualTo("127.0.0.1:" + client.socket().getLocalPort());
      assertThat(seen[2]).isEqualTo("http");
    }
  }

  @Test
  void upstreamConnection_isKeptForTheNextRequests() throws Exception {
    // without X-Forwarded-For the client is nginx, with its port
    String first = ask("/secure").text().split("\\|")[1];
    assertThat(first).startsWith("127.0.0.2:");
    for (int i = 0; i < 20; i++) {
      assertThat(ask("/secure").text().split("\\|")[1]).isEqualTo(first);
    }
  }

  @Test
  void healthCheck_isAnsweredThroughNginxAndNotLogged() throws Exception {
    assertThat(ask("/health").text()).contains("\"status\":\"ok\"");
    ask("/last");
    server.awaitLogged("/last");
    assertThat(server.logged()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/unbuffered"})
  void bodies_largeBothWays_areWhole(String prefix) throws Exception {
    byte[] large = large();
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI upload = URI.create("http://127.0.0.1:" + nginx.port() + prefix + "/upload");
      HttpResponse<String> uploaded =
          client.send(
              HttpRequest.newBuilder(upload).POST(BodyPublishers.ofByteArray(large)).build(),
              BodyHandlers.ofString());
      assertThat(uploaded.body()).isEqualTo(sha256(large));
      HttpResponse<byte[]> downloaded =
          client.send(
              HttpRequest.newBuilder(upload.resolve("download")).build(),
              BodyHandlers.ofByteArray());
      assertThat(sha256(downloaded.body())).isEqualTo(sha256(large));
    }
    assertThat(nginx.errors()).doesNotContain("[error]");
  }

  @Test
  void unixSocket_asUpstream_carriesIdAddressAndBodies(@TempDir Path own) throws Exception {
    Path socket = own.resolve("pounce.sock");
    String locations = LOCATIONS.replace("proxy_bind 127.0.0.2;", "");
    try (Running behind =
            Running.serve(
                Http.app(NginxTest::handle),
                settings -> settings.uds(socket).trustedHosts(List.of(Network.ANY)));
        Nginx front = Nginx.start(own, "unix:" + socket, locations);
        RawClient client = RawClient.connect(front.port())) {
      for (int i = 0; i < 3; i++) {
        RawResponse response = client.send(get("/no-" + i)).readResponse();
        String id = response.header("X-Nginx-ID").orElseThrow();
        assertThat(response.header("X-Request-ID")).contains(id);
        assertThat(response.text()).isEqualTo(id + "|127.0.0.1|http|localhost");
        assertThat(behind.awaitLogged("/no-" + i))
            .startsWith("127.0.0.1 - ")
            .endsWith("[" + id.substring(0, 12) + "]");
      }
      client.send(Requests.post("/upload", "small"));
      assertThat(client.readResponse().text()).isEqualTo(sha256("small".getBytes(UTF_8)));
    }
  }
}
