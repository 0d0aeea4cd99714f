package dev.pounce.house;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;

/** An nginx of the test's own, which serves as a document shows, on a free port. */
final class Nginx implements AutoCloseable {

  private static final String PROGRAM = "/usr/sbin/nginx";
  private static final String PASSWORD = "changeit";
  private final Daemon daemon;

  private Nginx(Daemon daemon) {
    this.daemon = daemon;
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
    int port = Daemon.freePort();
    String site =
        shown
            .replace("listen 443 ssl;", "listen 127.0.0.1:" + port + " ssl;")
            .replaceFirst("server [^;{]+;", "server " + upstream + ";")
            .replace("/etc/ssl/", certificates + "/");
    return new Nginx(daemon(site, port, directory));
  }

  /** Starts nginx with what stands in its {@code http} block. */
  static Daemon daemon(String site, int port, Path directory)
      throws IOException, InterruptedException {
    Path file = Files.writeString(directory.resolve("nginx.conf"), main(site));
    return Daemon.start(
        port, PROGRAM, "-p", directory + "/", "-e", "stderr", "-c", file.toString());
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

  /**
   * What a client at 127.0.0.2 gets that asks for https://example.com/ with these flags for curl.
   */
  String ask(String flags) throws IOException, InterruptedException {
    String command =
        "curl -sk --max-time 20 --interface 127.0.0.2 --resolve example.com:%d:127.0.0.1 %s https://example.com:%d/"
            .formatted(daemon.port(), flags, daemon.port());
    return Transcript.run(command, Path.of("."), Map.of());
  }

  @Override
  public void close() throws InterruptedException {
    daemon.close();
  }
}
