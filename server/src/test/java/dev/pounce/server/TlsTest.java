package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Response;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.metrics.PrometheusCollector;
import dev.pounce.server.config.Builder;
import dev.pounce.server.config.ByteSize;
import dev.pounce.server.config.ClientAuth;
import dev.pounce.server.config.Network;
import dev.pounce.server.source.Source;
import dev.pounce.server.tls.DevCertificate;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of a server that speaks TLS get: the JDK's, curl and OpenSSL's. */
@Timeout(60)
class TlsTest {

  private static final String LAST = get("/", "Connection: close");
  private static final Application HELLO = Http.app(request -> Response.text("Hello!"));

  @TempDir Path folder;

  @AutoClose private final ServerLog log = ServerLog.open();

  @BeforeEach
  void write() throws IOException {
    Secured.write(folder);
  }

  private Running serve(Application application) throws StartupException {
    return serve(application, settings -> {});
  }

  private Running serve(Application application, java.util.function.Consumer<Builder> more)
      throws StartupException {
    return Running.serve(application, Secured.settings(folder).andThen(more));
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private OpenSsl.Client openssl(Running server, String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("-CAfile", file("cert.pem")));
    all.addAll(List.of(options));
    return new OpenSsl.Client(server.port(), all.toArray(String[]::new));
  }

  private String curl(Running server, String... args) throws Exception {
    String[] all = new String[args.length + 1];
    System.arraycopy(args, 0, all, 0, args.length);
    all[args.length] = "https://localhost:" + server.port() + "/";
    return Curl.over("--cacert", file("cert.pem"), all);
  }

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
      assertThat(server.story().of(dev.pounce.observe.ConnectionOpened.class)).hasSize(1);
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
  void oldVersion_isRefusedAndCounted() throws Exception {
    PrometheusCollector metrics = new PrometheusCollector();
    try (Running server = Running.serve(HELLO, Secured.settings(folder), metrics);
        OpenSsl.Client client = openssl(server, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0")) {
      assertThat(client.awaitEnd()).contains("alert protocol version");
      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.HANDSHAKE);
      assertThat(metrics.export()).contains("\npounce_tls_handshake_failures_total 1\n");
    }
  }

  @Test
  void failure_isOneLineForThoseWhoDebug() throws Exception {
    Running.SAID.setLevel(Level.FINE);
    try (Running server = serve(HELLO);
        OpenSsl.Client client =
            openssl(server, "-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256")) {
      client.awaitEnd();
      assertThat(log.awaitStart("TLS handshake with 127.0.0.1:")).contains(" failed: ");
    } finally {
      Running.SAID.setLevel(null);
    }
  }

  @Test
  void failure_isToldToTheClient() throws Exception {
    try (Running server =
            serve(
                HELLO,
                s -> s.sslClientAuth(ClientAuth.REQUIRED).sslCaCerts(folder.resolve("cert.pem")));
        OpenSsl.Client client = openssl(server, "-tls1_3")) {
      assertThat(client.send(LAST).awaitEnd()).containsPattern("alert .*certificate");
      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.HANDSHAKE);
    }
  }

  @Test
  void plainHttp_isToldThatThisIsTls() throws Exception {
    try (Running server = serve(HELLO);
        RawClient client = server.connect()) {
      RawResponse response = client.send(get("/")).readResponse();
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.text()).isEqualTo("this port speaks TLS: ask with https\n");
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.HANDSHAKE);
      assertThat(server.story().of(RequestRejected.class).getFirst().reason())
          .isEqualTo(RequestRejected.Reason.MALFORMED);
    }
  }

  @Test
  void clientThatLeavesInTheHandshake_isAFailure() throws Exception {
    try (Running server = serve(HELLO)) {
      try (RawClient client = server.connect()) {
        client.send(new byte[] {22, 3, 1});
      }
      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.HANDSHAKE);
    }
  }

  @Test
  void clientThatSaysNothing_isNone() throws Exception {
    try (Running server = serve(HELLO)) {
      server.connect().close();
      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.CLIENT_DISCONNECT);
    }
  }

  @Test
  void handshakeThatStandsStill_endsAtHeaderTimeout() throws Exception {
    try (Running server = serve(HELLO, s -> s.headerTimeout(Duration.ofMillis(300)));
        RawClient silent = server.connect();
        RawClient client = server.connect()) {
      client.send(new byte[] {22, 3, 1});
      client.readAll();
      assertThat(silent.isClosedByServer()).isTrue();
      Await.until(
          "both have ended", () -> server.story().of(ConnectionCompleted.class).size() == 2);
      assertThat(server.story().of(ConnectionCompleted.class))
          .extracting(ConnectionCompleted::reason)
          .containsExactlyInAnyOrder(
              ConnectionCompleted.Reason.HANDSHAKE, ConnectionCompleted.Reason.TIMEOUT);
    }
  }

  @Test
  void drain_duringAHandshake_letsItEnd() throws Exception {
    Running server = serve(HELLO);
    try (Socket wire = new Socket("127.0.0.1", server.port());
        SlowStart slow = new SlowStart(wire)) {
      slow.sendHalfOfTheHello();
      Thread stop = Thread.ofPlatform().start(server::close);
      log.await("Worker 1 shutting down (no active connections)");
      assertThat(slow.finish()).startsWith("HTTP/1.1 200 OK\r\n").contains("Connection: close");
      stop.join();
    } finally {
      server.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void session_isResumed(String version) throws Exception {
    try (Running server = serve(HELLO)) {
      try (OpenSsl.Client first =
          openssl(server, version, "-ign_eof", "-sess_out", file("session"))) {
        assertThat(first.send(LAST).awaitEnd()).contains("\nNew, ");
      }
      try (OpenSsl.Client second =
          openssl(server, version, "-ign_eof", "-sess_in", file("session"))) {
        assertThat(second.send(LAST).awaitEnd()).contains("\nReused, ").contains("Hello!");
      }
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
  void alpn_choosesWhatIsSpoken() throws Exception {
    try (Running server = serve(HELLO)) {
      try (OpenSsl.Client client = openssl(server, "-alpn", "http/1.1,h2")) {
        client.await("ALPN protocol: h2");
      }
      try (OpenSsl.Client client = openssl(server, "-ign_eof", "-alpn", "http/1.1")) {
        assertThat(client.send(LAST).awaitEnd()).contains("ALPN protocol: http/1.1");
      }
      try (OpenSsl.Client client = openssl(server, "-alpn", "spdy/1")) {
        assertThat(client.awaitEnd()).contains("no application protocol");
      }
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

  private static X509Certificate shownBy(Running server) throws Exception {
    try (SSLSocket socket = (SSLSocket) Trusting.client().getSocketFactory().createSocket()) {
      socket.connect(new java.net.InetSocketAddress("127.0.0.1", server.port()));
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

  @Test
  void unknownCertificate_clientRefuses_isAFailure() throws Exception {
    DevCertificate other = Secured.certificate();
    Secured.write(folder, other);
    try (Running server = serve(HELLO);
        SSLSocket socket =
            (SSLSocket)
                Secured.client().getSocketFactory().createSocket("127.0.0.1", server.port())) {
      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.HANDSHAKE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ec -pkeyopt ec_paramgen_curve:P-256", "rsa:2048"})
  void sslscan_findsNothingWeak(String kind) throws Exception {
    OpenSsl.certificate(folder, kind);
    try (Running server = serve(HELLO)) {
      Process scan =
          new ProcessBuilder(
                  "sslscan", "--no-colour", "--show-client-cas", "127.0.0.1:" + server.port())
              .redirectErrorStream(true)
              .start();
      String said = new String(scan.getInputStream().readAllBytes(), ISO_8859_1);
      scan.getInputStream().close();
      assertThat(said)
          .contains("TLSv1.3   enabled", "TLSv1.2   enabled")
          .contains(
              "SSLv2     disabled",
              "SSLv3     disabled",
              "TLSv1.0   disabled",
              "TLSv1.1   disabled")
          .contains("Session renegotiation not supported")
          .contains("TLSv1.2 not vulnerable to heartbleed");
      List<String> suites =
          said.lines().filter(line -> line.matches("(Preferred|Accepted) +TLSv.*")).toList();
      assertThat(suites)
          .hasSize(6)
          .allMatch(line -> line.matches(".*(GCM|CHACHA20).*") && line.matches(".*(TLS_|ECDHE).*"));
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
