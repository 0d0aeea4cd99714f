package dev.pounce.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.tls.Keychain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevCertTest {

  @TempDir Path folder;

  @Test
  void devCert_makesAPairThatIsServed() throws IOException {
    Outcome outcome = Outcome.of(folder, "dev-cert");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out())
        .contains("pounce --ssl-certfile dev-cert.pem --ssl-keyfile dev-key.pem TARGET\n")
        .contains("valid until " + LocalDate.now(ZoneOffset.UTC).plusDays(365));
    assertThat(
            Keychain.of(
                ServerConfig.builder()
                    .sslCertfile(folder.resolve("dev-cert.pem"))
                    .sslKeyfile(folder.resolve("dev-key.pem"))
                    .build()))
        .isNotNull();
  }

  @Test
  void devCert_keyIsForItsOwnerAlone() throws IOException {
    Outcome.of(folder, "dev-cert");

    assertThat(permissions("dev-key.pem")).isEqualTo("rw-------");
    assertThat(permissions("dev-cert.pem")).isEqualTo("rw-r--r--");
  }

  private String permissions(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
  }

  @Test
  void devCert_fileIsThere_overwritesNothing() throws IOException {
    Files.writeString(folder.resolve("dev-key.pem"), "precious");

    assertThat(Outcome.of(folder, "dev-cert"))
        .isEqualTo(
            new Outcome(
                1,
                "",
                "pounce: dev-key.pem is there already: remove it to have another one made\n"));
    assertThat(folder.resolve("dev-key.pem")).hasContent("precious");
    assertThat(folder.resolve("dev-cert.pem")).doesNotExist();
  }

  @Test
  void devCert_withATarget_isWrongUse() {
    assertThat(Outcome.of(folder, "dev-cert", "Hello.java").code()).isEqualTo(2);
  }

  @Test
  void check_badCertificate_saysSo() throws IOException {
    Files.writeString(folder.resolve("cert.pem"), "nothing");
    Path app =
        Files.writeString(
            folder.resolve("A.java"),
            "import dev.pounce.app.*;\nApplication app = Http.app(r -> Response.text(\"\"));\n");

    assertThat(Outcome.of(folder, "check", "--ssl-certfile", folder + "/cert.pem", app.toString()))
        .isEqualTo(
            new Outcome(
                2,
                "",
                "pounce: ssl-certfile: " + folder + "/cert.pem is neither PEM nor PKCS#12\n"));
  }
}
