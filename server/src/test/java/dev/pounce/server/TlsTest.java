package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Response;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.server.config.ByteSize;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of a server that speaks TLS get: the JDK's, curl and OpenSSL's. */
@Timeout(60)
class TlsTest extends Tls {

  @Test
  void uri_isHttps() throws Exception {
    try (Running server = serve(HELLO)) {
      assertThat(server.server().uri()).isEqualTo(URI.create("https://127.0.0.1:" + server.port()));
    }
  }

  @Test
  void httpClient_isServed() throws Exception {
    try (Running server = serve(HELLO);
        HttpClient client = HttpClient.newBuilder().sslContext(Secured.client()).build()) {
      for (int i = 0; i < 3; i++) {
        HttpResponse<String> response =
            client.send(
                HttpRequest.newBuilder(server.uri("/")).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.body()).isEqualTo("Hello!");
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
      }
      assertThat(server.story().of(ConnectionOpened.class)).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"--tlsv1.2 --tls-max 1.2, TLSv1.2", "--tlsv1.3, TLSv1.3"})
  void curl_isServed(String options, String version) throws Exception {
    try (Running server = serve(HELLO)) {
      List<String> args = new ArrayList<>(List.of(options.split(" ")));
      args.add("-v");
      assertThat(curl(server, args.toArray(String[]::new)))
          .contains("Hello!")
          .contains("SSL connection using " + version)
          .contains("server accepted h2");
    }
  }

  @Test
  void keyUpdate_isAnswered() throws Exception {
    try (Running server = serve(HELLO);
        OpenSsl.Client client = openssl(server, "-tls1_3", "-msg")) {
      client.send(get("/")).await("Hello!");
      client.send("K\n").await("<<< TLS 1.3, Handshake [length 0005], KeyUpdate");
      assertThat(client.send(LAST).awaitEnd()).containsPattern("(?s)KeyUpdate.*Hello!");
      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.COMPLETE);
    }
  }

  @Test
  void renegotiation_isRefused() throws Exception {
    try (Running server = serve(HELLO);
        OpenSsl.Client client = openssl(server, "-tls1_2")) {
      client.send(get("/")).await("Hello!");
      assertThat(client.send("R\n").awaitEnd()).contains("RENEGOTIATING");
      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.ERROR);
    }
  }

  @Test
  void end_hasTheFarewellThatTlsAsksFor() throws Exception {
    try (Running server = serve(HELLO);
        OpenSsl.Client client = openssl(server, "-ign_eof", "-msg")) {
      assertThat(client.send(LAST).awaitEnd()).contains("warning close_notify");
    }
  }

  @Test
  void responseThatIsCut_hasNone() throws Exception {
    Application broken =
        (scope, receive, send) -> {
          if (scope instanceof HttpScope) {
            send.send(Site.ok());
            send.send(Site.piece("half"));
            throw new IllegalStateException("broken");
          }
        };
    try (Running server = serve(broken);
        OpenSsl.Client client = openssl(server, "-ign_eof", "-msg")) {
      assertThat(client.send(get("/")).awaitEnd())
          .contains("half")
          .doesNotContain("<<< TLS 1.3, Alert");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--tls-max 1.2", "--tlsv1.3"})
  void largeBodies_passWholeBothWays(String version) throws Exception {
    int blocks = 4096;
    Path upload = folder.resolve("upload");
    try (var out = Files.newOutputStream(upload)) {
      for (int i = 0; i < blocks; i++) {
        out.write(Bulk.block(i));
      }
    }
    Application app =
        Http.app(request ->
            request.method().equals("PUT")
                ? Response.text(Bulk.checksum(request.body()))
                : Response.stream(
                    "application/octet-stream",
                    out -> {
                      for (int i = 0; i < blocks; i++) {
                        out.write(Bulk.block(i));
                      }
                    }));
    try (Running server = serve(app, s -> s.maxRequestSize(ByteSize.mib(1024)))) {
      List<String> args = new ArrayList<>(List.of(version.split(" ")));
      args.addAll(List.of("--limit-rate", "200M"));
      String[] put = args.toArray(new String[args.size() + 2]);
      put[args.size()] = "-T";
      put[args.size() + 1] = upload.toString();
      assertThat(curl(server, put)).isEqualTo(Bulk.checksum(blocks));
      args.addAll(List.of("-o", file("download")));
      curl(server, args.toArray(String[]::new));
      try (var in = Files.newInputStream(folder.resolve("download"))) {
        assertThat(Bulk.checksum(in)).isEqualTo(Bulk.checksum(blocks));
      }
    }
  }
}
