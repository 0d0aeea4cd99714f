package dev.pounce.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pounce.server.source.Source;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of a server that speaks TLS: in which forms they are served, and newer ones. */
@Timeout(60)
class TlsFilesTest extends Tls {

  @ParameterizedTest
  @ValueSource(strings = {"rsa:2048", "ec -pkeyopt ec_paramgen_curve:P-256"})
  void pkcs12File_isServed(String kind) throws Exception {
    OpenSsl.certificate(folder, kind);
    Files.writeString(folder.resolve("password"), "horse\n");
    OpenSsl.run(
        folder, "pkcs12 -export -in cert.pem -inkey key.pem -out both.p12 -passout file:password");
    try (Running server =
        Running.serve(
            HELLO,
            s ->
                s.sslCertfile(folder.resolve("both.p12"))
                    .sslKeyfilePasswordFile(folder.resolve("password")))) {
      assertThat(curl(server)).isEqualTo("Hello!");
    }
  }

  @Test
  void encryptedKey_isServed() throws Exception {
    Files.writeString(folder.resolve("password"), "horse\n");
    OpenSsl.run(folder, "pkcs8 -topk8 -in key.pem -out sealed.pem -passout file:password");
    try (Running server =
        serve(
            HELLO,
            s ->
                s.sslKeyfile(folder.resolve("sealed.pem"))
                    .sslKeyfilePasswordFile(folder.resolve("password")))) {
      assertThat(curl(server)).isEqualTo("Hello!");
    }
  }

  @Test
  void chain_isShownWhole_soThatWhoKnowsTheRootAloneTrustsIt() throws Exception {
    OpenSsl.run(
        folder,
        "req -x509 -noenc -newkey rsa:2048 -keyout root.key -out root.pem -days 2 -subj /CN=Root");
    signed("middle", "root", "basicConstraints=critical,CA:TRUE");
    signed("leaf", "middle", "subjectAltName=DNS:localhost");
    Files.writeString(
        folder.resolve("chain.pem"),
        Files.readString(folder.resolve("leaf.pem"))
            + Files.readString(folder.resolve("middle.pem")));
    try (Running server =
        serve(
            HELLO,
            s ->
                s.sslCertfile(folder.resolve("chain.pem"))
                    .sslKeyfile(folder.resolve("leaf.key")))) {
      assertThat(Curl.over("--cacert", file("root.pem"), "https://localhost:" + server.port()))
          .isEqualTo("Hello!");
    }
  }

  private void signed(String name, String by, String extension) throws Exception {
    Files.writeString(folder.resolve("extension"), extension);
    OpenSsl.run(
        folder,
        "req -noenc -newkey rsa:2048 -keyout %1$s.key -out %1$s.csr -subj /CN=%1$s"
            .formatted(name));
    OpenSsl.run(
        folder,
        "x509 -req -in %1$s.csr -CA %2$s.pem -CAkey %2$s.key -out %1$s.pem -days 2 -extfile extension"
            .formatted(name, by));
  }

  @Test
  void start_badCertificate_failsWithItsName() {
    assertThatThrownBy(() -> Running.serve(HELLO, s -> s.sslCertfile(folder.resolve("none.pem"))))
        .isInstanceOf(StartupException.class)
        .hasMessage("ssl-certfile: " + file("none.pem") + " is not there");
  }

  private static X509Certificate shownBy(Running server) throws Exception {
    try (SSLSocket socket = (SSLSocket) Trusting.client().getSocketFactory().createSocket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  @Test
  void reload_newCertificate_isForNewConnections() throws Exception {
    try (Running server = Running.serve(Source.of(HELLO), Secured.settings(folder));
        HttpClient kept = HttpClient.newBuilder().sslContext(Secured.client()).build()) {
      HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
      kept.send(request, HttpResponse.BodyHandlers.ofString());
      X509Certificate before = shownBy(server);
      Secured.write(folder, Secured.certificate());

      server.server().reload();

      assertThat(shownBy(server)).isNotEqualTo(before);
      log.awaitStart("New connections get a new certificate: CN=localhost, valid until ");
      assertThat(kept.send(request, HttpResponse.BodyHandlers.ofString()).body())
          .isEqualTo("Hello!");
    }
  }

  @Test
  void reload_badCertificate_leavesTheOldOneAndSaysSo() throws Exception {
    try (Running server = Running.serve(Source.of(HELLO), Secured.settings(folder))) {
      X509Certificate before = shownBy(server);
      Files.writeString(folder.resolve("key.pem"), Secured.certificate().key());

      assertThat(server.server().reload()).isFalse();

      assertThat(shownBy(server)).isEqualTo(before);
      assertThat(log.awaitStart("Reload failed, generation 1 serves on: "))
          .contains("ssl-certfile: " + file("cert.pem") + " is not for this private key");
    }
  }
}
