package dev.pounce.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.pounce.server.config.Builder;
import dev.pounce.server.tls.DevCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A server's certificate for localhost, and clients that trust it. */
public final class Secured {

  static final DevCertificate CERTIFICATE = certificate();

  private Secured() {}

  /** A new one. */
  public static DevCertificate certificate() {
    Instant now = Instant.now();
    return DevCertificate.make(now.minus(Duration.ofHours(1)), now.plus(Duration.ofDays(1)));
  }

  /** Writes the files that {@link #settings} names. */
  public static void write(Path folder) throws IOException {
    write(folder, CERTIFICATE);
  }

  public static void write(Path folder, DevCertificate certificate) throws IOException {
    Files.writeString(folder.resolve("cert.pem"), certificate.certificate());
    Files.writeString(folder.resolve("key.pem"), certificate.key());
  }

  public static Consumer<Builder> settings(Path folder) {
    return settings ->
        settings.sslCertfile(folder.resolve("cert.pem")).sslKeyfile(folder.resolve("key.pem"));
  }

  /** A client that trusts the certificate. */
  public static SSLContext client() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry(
          "server",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(CERTIFICATE.certificate().getBytes(US_ASCII))));
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }
}
