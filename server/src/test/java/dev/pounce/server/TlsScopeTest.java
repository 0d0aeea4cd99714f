package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Response;
import dev.pounce.server.config.ClientAuth;
import dev.pounce.server.config.Network;
import dev.pounce.testkit.RawClient;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an application is told of TLS, and of a client that shows a certificate. */
@Timeout(60)
class TlsScopeTest extends Tls {

  @Test
  void scope_isHttpsAndHasWhatTheHandshakeAgreedOn() throws Exception {
    AtomicReference<HttpScope> seen = new AtomicReference<>();
    Application app =
        (scope, receive, send) -> {
          if (scope instanceof HttpScope http) {
            seen.set(http);
          }
          HELLO.handle(scope, receive, send);
        };
    try (Running server = serve(app)) {
      curl(server, "--tlsv1.3", "--tls13-ciphers", "TLS_CHACHA20_POLY1305_SHA256");
      assertThat(seen.get().scheme()).isEqualTo("https");
      assertThat(seen.get().extensions()).containsKeys("tls", "request_id").hasSize(2);
      assertThat(tls(seen.get()))
          .containsOnly(
              Map.entry("tls_version", 0x0304),
              Map.entry("cipher_suite", 0x1303),
              Map.entry("server_cert", Secured.CERTIFICATE.certificate()),
              Map.entry("client_cert_chain", List.of()));
    }
  }

  @Test
  void scope_proxySaysHttp_isHttp() throws Exception {
    Application app = Http.app(request -> Response.text(request.scope().scheme()));
    try (Running server = serve(app, s -> s.trustedHosts(List.of(Network.parse("127.0.0.1"))))) {
      assertThat(curl(server, "-H", "X-Forwarded-Proto: http")).isEqualTo("http");
      assertThat(curl(server, "-H", "X-Forwarded-For: 192.0.2.1")).isEqualTo("https");
    }
  }

  @Test
  void scope_withoutTls_hasNoExtension() throws Exception {
    Application app =
        Http.app(request -> Response.text("" + request.scope().extensions().containsKey("tls")));
    try (Running server = Running.serve(app);
        RawClient client = server.connect()) {
      assertThat(client.send(get("/")).readResponse().text()).isEqualTo("false");
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> tls(HttpScope scope) {
    return (Map<String, Object>) scope.extensions().get("tls");
  }

  /** A certificate authority, and a client that it has signed. */
  private void client() throws Exception {
    OpenSsl.run(
        folder,
        "req -x509 -noenc -newkey rsa:2048 -keyout ca.key -out ca.pem -days 2 -subj /CN=Authority");
    OpenSsl.run(
        folder,
        "req -noenc -newkey rsa:2048 -keyout client.key -out client.csr -subj /O=Acme/CN=Ann");
    OpenSsl.run(
        folder, "x509 -req -in client.csr -CA ca.pem -CAkey ca.key -out client.pem -days 2");
  }

  @ParameterizedTest
  @CsvSource({"REQUIRED, -tls1_2", "REQUIRED, -tls1_3", "OPTIONAL, -tls1_2", "OPTIONAL, -tls1_3"})
  void clientCertificate_isShownToTheApplication(ClientAuth auth, String version) throws Exception {
    client();
    Application app =
        Http.app(request ->
            Response.text(
                tls(request.scope()).get("client_cert_name")
                    + ", "
                    + tls(request.scope()).get("client_cert_chain")));
    try (Running server =
            serve(app, s -> s.sslClientAuth(auth).sslCaCerts(folder.resolve("ca.pem")));
        OpenSsl.Client with =
            openssl(
                server,
                version,
                "-ign_eof",
                "-cert",
                file("client.pem"),
                "-key",
                file("client.key"));
        OpenSsl.Client without = openssl(server, version, "-ign_eof")) {
      assertThat(with.send(LAST).awaitEnd())
          .contains("CN=Ann,O=Acme, [-----BEGIN CERTIFICATE-----\n")
          .contains(Files.readString(folder.resolve("client.pem")));
      String refused = auth == ClientAuth.REQUIRED ? "alert" : "null, []";
      assertThat(without.send(LAST).awaitEnd()).contains(refused);
    }
  }

  @Test
  void clientCertificate_ofAStranger_isRefused() throws Exception {
    client();
    try (Running server =
            serve(
                HELLO,
                s -> s.sslClientAuth(ClientAuth.OPTIONAL).sslCaCerts(folder.resolve("ca.pem")));
        OpenSsl.Client stranger =
            openssl(server, "-ign_eof", "-cert", file("cert.pem"), "-key", file("key.pem"))) {
      assertThat(stranger.send(LAST).awaitEnd()).contains("alert").doesNotContain("Hello!");
    }
  }
}
