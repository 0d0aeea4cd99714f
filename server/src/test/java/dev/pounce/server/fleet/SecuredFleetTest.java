package dev.pounce.server.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.Await;
import dev.pounce.server.Secured;
import dev.pounce.server.Trusting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Worker processes that speak TLS. */
@Timeout(180)
class SecuredFleetTest {

  private static final String LAST =
      "GET /pid HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  private static final String NEXT = "GET /version HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @TempDir private Path folder;

  @BeforeEach
  void write() throws Exception {
    Secured.write(folder);
  }

  private FleetProcess start(String... more) throws Exception {
    String[] settings = new String[more.length + 3];
    settings[0] = "workers=2";
    settings[1] = "ssl-certfile=" + folder.resolve("cert.pem");
    settings[2] = "ssl-keyfile=" + folder.resolve("key.pem");
    System.arraycopy(more, 0, settings, 3, more.length);
    return FleetProcess.start(folder, settings);
  }

  private static SSLSocket connect(FleetProcess fleet, String... protocols) throws Exception {
    SSLSocket socket =
        (SSLSocket) Trusting.client().getSocketFactory().createSocket("127.0.0.1", fleet.port());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static X509Certificate certificate(SSLSocket socket) throws Exception {
    return (X509Certificate) socket.getSession().getPeerCertificates()[0];
  }

  private static String send(SSLSocket socket, String request) throws Exception {
    socket.getOutputStream().write(request.getBytes());
    byte[] answer = new byte[4096];
    StringBuilder text = new StringBuilder();
    while (!text.toString().matches("(?s).*\r\n\r\n.+")) {
      int count = socket.getInputStream().read(answer);
      assertThat(count).as("more than %s", text).isPositive();
      text.append(new String(answer, 0, count));
    }
    return text.substring(text.lastIndexOf("\n") + 1);
  }

  /** Which certificates are shown by how many workers, until that many have answered. */
  private static Map<Long, X509Certificate> shown(FleetProcess fleet, Set<Long> but)
      throws Exception {
    Map<Long, X509Certificate> shown = new HashMap<>();
    Await.until(
        "two workers have answered",
        () -> {
          try (SSLSocket socket = connect(fleet)) {
            X509Certificate certificate = certificate(socket);
            long pid = Long.parseLong(send(socket, LAST));
            if (!but.contains(pid)) {
              shown.put(pid, certificate);
            }
            return shown.size() == 2;
          }
        });
    return shown;
  }

  @ParameterizedTest
  @CsvSource({"h2, --http2, 2", "http/1.1, --http1.1, 1.1"})
  void curl_isServedWithWhatItAsksFor(String protocol, String option, String version)
      throws Exception {
    try (FleetProcess fleet = start()) {
      assertThat(fleet.awaitLine("at ")).startsWith("at https://127.0.0.1:");
      try (SSLSocket socket = connect(fleet, protocol)) {
        assertThat(socket.getApplicationProtocol()).isEqualTo(protocol);
      }
      Process curl =
          new ProcessBuilder(
                  "curl",
                  "-sS",
                  "--max-time",
                  "20",
                  option,
                  "-w",
                  " over %{http_version}",
                  "--cacert",
                  folder.resolve("cert.pem").toString(),
                  "https://localhost:" + fleet.port() + "/")
              .redirectErrorStream(true)
              .start();
      try (var said = curl.inputReader()) {
        assertThat(said.readAllAsString()).isEqualTo("hello over " + version);
      }
    }
  }

  @Test
  void hangup_newCertificate_isShownByEachNewWorkerAndOldConnectionsGoOn() throws Exception {
    try (FleetProcess fleet = start("reload-timeout=2m");
        SSLSocket kept = connect(fleet)) {
      Set<Long> first = new HashSet<>(fleet.workers());
      assertThat(send(kept, NEXT)).isEqualTo("1");
      X509Certificate before = certificate(kept);
      Secured.write(folder, Secured.certificate());
      Files.writeString(Shop.version(folder), "2");

      fleet.signal("HUP");
      fleet.awaitLine("Generation 2 serves");

      Map<Long, X509Certificate> shown = shown(fleet, first);
      assertThat(shown.keySet()).isEqualTo(difference(fleet.workers(), first));
      assertThat(shown.values()).doesNotContain(before);
      assertThat(new HashSet<>(shown.values())).hasSize(1);
      assertThat(send(kept, NEXT)).isEqualTo("1");
    }
  }

  private static Set<Long> difference(Set<Long> all, Set<Long> but) {
    Set<Long> rest = new HashSet<>(all);
    rest.removeAll(but);
    return rest;
  }

  @Test
  void hangup_badCertificate_saysSoAndEverythingStaysAsItWas() throws Exception {
    try (FleetProcess fleet = start();
        SSLSocket kept = connect(fleet)) {
      Set<Long> workers = fleet.workers();
      assertThat(send(kept, NEXT)).isEqualTo("1");
      X509Certificate before = certificate(kept);
      Files.writeString(folder.resolve("key.pem"), Secured.certificate().key());

      fleet.signal("HUP");
      fleet.awaitLine("Reload failed, generation 1 serves on: worker 3 did not start (exit code ");

      assertThat(String.join("\n", fleet.lines()))
          .contains("ssl-certfile: " + folder.resolve("cert.pem") + " is not for this private key");
      assertThat(fleet.workers()).isEqualTo(workers);
      Map<Long, X509Certificate> shown = shown(fleet, Set.of());
      assertThat(shown.keySet()).isEqualTo(workers);
      assertThat(shown.values()).allMatch(before::equals);
      assertThat(send(kept, NEXT)).isEqualTo("1");
    }
  }

  @Test
  void start_badCertificate_failsWithItsName() throws Exception {
    Files.writeString(folder.resolve("key.pem"), Secured.certificate().key());
    try (FleetProcess fleet =
        FleetProcess.by(
            java.util.List.of(),
            folder,
            "workers=2",
            "ssl-certfile=" + folder.resolve("cert.pem"),
            "ssl-keyfile=" + folder.resolve("key.pem"))) {
      assertThat(fleet.exitCode()).isEqualTo(1);
      assertThat(
              Collections.frequency(
                  fleet.lines(), "Not started: worker 1 did not start (exit code 1)"))
          .isOne();
      assertThat(String.join("\n", fleet.lines())).contains("is not for this private key");
    }
  }
}
