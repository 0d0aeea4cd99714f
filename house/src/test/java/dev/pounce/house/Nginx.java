package dev.pounce.house;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An nginx of the test's own, which serves as a document shows, on a free port. */
final class Nginx implements AutoCloseable {

  private static final String PROGRAM = "/usr/sbin/nginx";
  private static final String PASSWORD = "changeit";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Process process;
  private final int port;

  private Nginx(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts nginx.
   *
   * @param shown the document's block
   * @param upstream what stands for the address of Pounce in it
   * @param certificates where {@link #certify} has been
   * @param directory for all that nginx writes
   */
  static Nginx start(String shown, String upstream, Path certificates, Path directory)
      throws IOException, InterruptedException {
    int port = freePort();
    String site =
        shown
            .replace("listen 443 ssl;", "listen 127.0.0.1:" + port + " ssl;")
            .replaceFirst("server [^;{]+;", "server " + upstream + ";")
            .replace("/etc/ssl/", certificates + "/");
    Path file = Files.writeString(directory.resolve("nginx.conf"), main(site));
    Process process =
        new ProcessBuilder(PROGRAM, "-p", directory + "/", "-e", "stderr", "-c", file.toString())
            .redirectErrorStream(true)
            .start();
    Nginx nginx = new Nginx(process, port);
    nginx.await();
    return nginx;
  }

  private static String main(String site) {
    return """
    daemon off;
    master_process off;
    error_log stderr;
    pid nginx.pid;
    events {}
    http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    %s}
    """
        .formatted(site);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Makes a key and a certificate for itself, in the files that the documents name. */
  static void certify(Path directory)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path store = directory.resolve("key.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    String command =
        "'%s' -J-XX:TieredStopAtLevel=1 -genkeypair -keyalg EC -alias pounce -dname CN=example.com -keystore '%s' -storepass %s"
            .formatted(keytool, store, PASSWORD);
    Transcript.run(command, directory, Map.of());
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    byte[] key = keys.getKey("pounce", PASSWORD.toCharArray()).getEncoded();
    write(directory.resolve("key.pem"), "PRIVATE KEY", key);
    write(directory.resolve("cert.pem"), "CERTIFICATE", keys.getCertificate("pounce").getEncoded());
  }

  private static void write(Path file, String kind, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n", US_ASCII);
  }

  private void await() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!accepts()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new AssertionError(
            "nginx does not start: " + new String(process.getInputStream().readAllBytes(), UTF_8));
      }
      process.waitFor(20, TimeUnit.MILLISECONDS);
    }
  }

  private boolean accepts() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (ConnectException e) {
      return false;
    }
  }

  /**
   * What a client at 127.0.0.2 gets that asks for https://example.com/ with these flags for curl.
   */
  String ask(String flags) throws IOException, InterruptedException {
    String command =
        "curl -sk --max-time 20 --interface 127.0.0.2 --resolve example.com:%d:127.0.0.1 %s https://example.com:%d/"
            .formatted(port, flags, port);
    return Transcript.run(command, Path.of("."), Map.of());
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }
}
