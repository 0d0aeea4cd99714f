package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.metrics.PrometheusCollector;
import dev.pounce.server.config.ClientAuth;
import dev.pounce.server.tls.DevCertificate;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server and its clients agree on before the first request, and how they fail to. */
@Timeout(60)
class TlsHandshakeTest extends Tls {

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
      Thread closing = server.closing();
      log.await("Worker 1 shutting down (no active connections)");
      assertThat(slow.finish()).startsWith("HTTP/1.1 200 OK\r\n").contains("Connection: close");
      closing.join();
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
}
