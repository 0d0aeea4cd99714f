package dev.pounce.cli;

import dev.pounce.server.tls.DevCertificate;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;

/** What {@code pounce dev-cert} does: a certificate for this machine alone, and its key. */
final class DevCert {

  private static final String CERTIFICATE = "dev-cert.pem";
  private static final String KEY = "dev-key.pem";
  private static final Duration VALID = Duration.ofDays(365);

  private DevCert() {}

  /**
   * Makes both files.
   *
   * @return what to say then
   * @throws IOException if one is there already, or can't be written
   */
  static String make(Path directory, Instant now) throws IOException {
    for (String name : Set.of(CERTIFICATE, KEY)) {
      if (Files.exists(directory.resolve(name))) {
        throw new IOException(name + " is there already: remove it to have another one made");
      }
    }
    Instant until = now.plus(VALID);
    DevCertificate made = DevCertificate.make(now, until);
    write(directory.resolve(KEY), "rw-------", made.key());
    write(directory.resolve(CERTIFICATE), "rw-r--r--", made.certificate());
    return """
    Made %s and %s, for localhost, 127.0.0.1 and ::1, valid until %s.

    Serve with them:
      pounce --ssl-certfile %1$s --ssl-keyfile %2$s TARGET
    and ask:
      curl --cacert %1$s https://localhost:8000/
    """
        .formatted(CERTIFICATE, KEY, until.atZone(ZoneOffset.UTC).toLocalDate());
  }

  private static void write(Path file, String permissions, String text) throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)))) {
      channel.write(StandardCharsets.US_ASCII.encode(text));
    } catch (IOException e) {
      throw new IOException(file + " can't be written: " + e.getMessage(), e);
    }
  }
}
