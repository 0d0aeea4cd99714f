package dev.pounce.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pounce.server.OpenSsl;
import dev.pounce.server.ServerLog;
import dev.pounce.server.config.Builder;
import dev.pounce.server.config.ClientAuth;
import dev.pounce.server.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and certificates in every form that openssl writes, and all that can be wrong with them. */
class KeychainTest {

  private static final String EC = "ec -pkeyopt ec_paramgen_curve:P-256";
  private static final String PASSWORD = "corréct horse";

  @TempDir Path folder;

  private Builder settings() {
    return ServerConfig.builder()
        .sslCertfile(folder.resolve("cert.pem"))
        .sslKeyfile(folder.resolve("key.pem"));
  }

  /** With the key in another file. */
  private Builder keyfile(String name) {
    return settings().sslKeyfile(folder.resolve(name));
  }

  /** With the key in the same file as the certificate. */
  private Builder store(String name) {
    return ServerConfig.builder().sslCertfile(folder.resolve(name));
  }

  /** With the password that is needed to read the key. */
  private Builder with(String password, Builder settings) throws IOException {
    return settings.sslKeyfilePasswordFile(
        Files.writeString(folder.resolve("password"), password + "\n"));
  }

  private static void read(Builder settings) throws IOException {
    assertThat(Keychain.of(settings.build())).isNotNull();
  }

  private void isRefused(Builder settings, String file, String because) {
    assertThatThrownBy(() -> Keychain.of(settings.build()))
        .isInstanceOf(IOException.class)
        .message()
        .contains(folder.resolve(file) + " ")
        .contains(because)
        .doesNotContain("\n");
  }

  @Test
  void of_noCertfile_isNoTls() throws IOException {
    assertThat(Keychain.of(ServerConfig.defaults())).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "rsa:2048",
    "rsa:3072",
    "ec -pkeyopt ec_paramgen_curve:P-256",
    "ec -pkeyopt ec_paramgen_curve:P-384",
    "ec -pkeyopt ec_paramgen_curve:P-521"
  })
  void key_pkcs8_isRead(String kind) throws Exception {
    OpenSsl.certificate(folder, kind);
    assertThat(folder.resolve("key.pem")).content().startsWith("-----BEGIN PRIVATE KEY-----");
    read(settings());
  }

  @Test
  void key_pkcs1_isRead() throws Exception {
    OpenSsl.certificate(folder, "rsa:2048");
    OpenSsl.run(folder, "rsa -in key.pem -traditional -out old.pem");
    assertThat(folder.resolve("old.pem")).content().startsWith("-----BEGIN RSA PRIVATE KEY-----");
    read(keyfile("old.pem"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"P-256", "P-384", "P-521"})
  void key_sec1_isRead(String curve) throws Exception {
    OpenSsl.certificate(folder, "ec -pkeyopt ec_paramgen_curve:" + curve);
    OpenSsl.run(folder, "ec -in key.pem -out old.pem");
    assertThat(folder.resolve("old.pem")).content().startsWith("-----BEGIN EC PRIVATE KEY-----");
    read(keyfile("old.pem"));
  }

  @Test
  void key_sec1BehindItsParameters_isRead() throws Exception {
    OpenSsl.run(folder, "ecparam -name prime256v1 -genkey -out key.pem");
    assertThat(folder.resolve("key.pem")).content().startsWith("-----BEGIN EC PARAMETERS-----");
    OpenSsl.run(folder, "req -x509 -key key.pem -out cert.pem -days 2 -subj /CN=localhost");
    read(settings());
  }

  @ParameterizedTest
  @ValueSource(strings = {"aes-256-cbc", "aes-128-cbc", "aes-256-cbc -v2prf hmacWithSHA512"})
  void key_encrypted_isReadWithItsPassword(String cipher) throws Exception {
    OpenSsl.certificate(folder, EC);
    Builder settings = with(PASSWORD, keyfile("sealed.pem"));
    OpenSsl.run(
        folder, "pkcs8 -topk8 -in key.pem -out sealed.pem -passout file:password -v2 " + cipher);
    read(settings);
  }

  @Test
  void key_inTheCertfile_isRead() throws Exception {
    OpenSsl.certificate(folder, EC);
    Files.writeString(
        folder.resolve("both.pem"),
        Files.readString(folder.resolve("key.pem")) + Files.readString(folder.resolve("cert.pem")));
    read(store("both.pem"));
  }

  @Test
  void pkcs12_isRead() throws Exception {
    OpenSsl.certificate(folder, "rsa:2048");
    OpenSsl.run(
        folder, "pkcs12 -export -in cert.pem -inkey key.pem -out both.p12 -passout pass:horse");
    read(with("horse", store("both.p12")));
  }

  @Test
  void pkcs12_withAChain_isReadWithAllOfIt() throws Exception {
    chain("leaf.pem", "ca.pem");
    OpenSsl.run(
        folder,
        "pkcs12 -export -in leaf.pem -inkey key.pem -certfile ca.pem -out both.p12 -passout pass:");
    assertThat(Identity.read(store("both.p12").build()).chain())
        .extracting(Identity::name)
        .containsExactly("CN=localhost", "CN=Authority");
  }

  @Test
  void pkcs12_asKeytoolMakesIt_isRead() throws Exception {
    Path store = folder.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-keystore",
                store.toString(),
                "-storepass",
                "horses")
            .redirectErrorStream(true)
            .start();
    try (var said = keytool.inputReader()) {
      assertThat(keytool.waitFor()).as(said.readAllAsString()).isZero();
    }
    read(with("horses", store("store.p12")));
  }

  @Test
  void pkcs12_withoutKey_isRefused() throws Exception {
    OpenSsl.certificate(folder, EC);
    OpenSsl.run(folder, "pkcs12 -export -nokeys -in cert.pem -out both.p12 -passout pass:");
    isRefused(store("both.p12"), "both.p12", "has no private key");
  }

  @Test
  void pkcs12_otherPassword_isRefused() throws Exception {
    OpenSsl.certificate(folder, "rsa:2048");
    OpenSsl.run(folder, "pkcs12 -export -in cert.pem -inkey key.pem -out both.p12 -passout pass:x");
    isRefused(store("both.p12"), "both.p12", "name a file with it as ssl-keyfile-password-file");
  }

  @Test
  void certfile_noSuchFile_isRefused() {
    isRefused(settings(), "cert.pem", "is not there");
  }

  @Test
  void certfile_neitherPemNorPkcs12_isRefused() throws Exception {
    Files.writeString(folder.resolve("cert.pem"), "What is this?");
    isRefused(settings(), "cert.pem", "is neither PEM nor PKCS#12");
  }

  @Test
  void certfile_withoutCertificate_isRefused() throws Exception {
    OpenSsl.certificate(folder, EC);
    isRefused(settings().sslCertfile(folder.resolve("key.pem")), "key.pem", "has no certificate");
  }

  @Test
  void certfile_damaged_isRefused() throws Exception {
    OpenSsl.certificate(folder, EC);
    Path file = folder.resolve("cert.pem");
    Files.writeString(file, Files.readString(file).replaceFirst("\nM..", "\nAAA"));
    isRefused(settings(), "cert.pem", "is damaged: certificate 1 in it can't be parsed");
  }

  @Test
  void keyfile_withoutKey_isRefused() throws Exception {
    OpenSsl.certificate(folder, EC);
    isRefused(keyfile("cert.pem"), "cert.pem", "has no private key");
  }

  @Test
  void key_encryptedWithoutPassword_isRefused() throws Exception {
    OpenSsl.certificate(folder, EC);
    OpenSsl.run(folder, "pkcs8 -topk8 -in key.pem -out sealed.pem -passout pass:x");
    isRefused(
        keyfile("sealed.pem"),
        "sealed.pem",
        "name a file with its password as ssl-keyfile-password-file");
  }

  @Test
  void key_encryptedWithAnotherPassword_isRefused() throws Exception {
    OpenSsl.certificate(folder, EC);
    OpenSsl.run(folder, "pkcs8 -topk8 -in key.pem -out sealed.pem -passout pass:x");
    isRefused(
        with(PASSWORD, keyfile("sealed.pem")),
        "password",
        "does not have the password of " + folder.resolve("sealed.pem"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pkcs8 -topk8 -scrypt", "rsa -traditional -aes128"})
  void key_encryptedAsJavaCannot_isRefusedWithTheWayOut(String command) throws Exception {
    OpenSsl.certificate(folder, "rsa:2048");
    OpenSsl.run(folder, command + " -in key.pem -out sealed.pem -passout pass:horse");
    isRefused(
        with("horse", keyfile("sealed.pem")),
        "sealed.pem",
        "convert it with openssl pkcs8 -topk8 -v2 aes-256-cbc");
  }

  @ParameterizedTest
  @ValueSource(strings = {"genpkey -algorithm RSA", "ecparam -name prime256v1 -genkey -noout"})
  void key_ofAnotherCertificate_isRefused(String command) throws Exception {
    OpenSsl.certificate(folder, EC);
    OpenSsl.run(folder, command + " -out other.pem");
    isRefused(keyfile("other.pem"), "cert.pem", "is not for this private key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa:1024", "ed25519", "ec -pkeyopt ec_paramgen_curve:secp256k1"})
  void key_thatClientsRefuse_isRefused(String kind) throws Exception {
    OpenSsl.certificate(folder, kind);
    assertThatThrownBy(() -> Keychain.of(settings().build()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.toString());
  }

  private void chain(String... files) throws Exception {
    OpenSsl.run(
        folder,
        "req -x509 -noenc -newkey rsa:2048 -keyout ca.key -out ca.pem -days 2 -subj /CN=Authority");
    OpenSsl.run(
        folder, "req -noenc -newkey rsa:2048 -keyout key.pem -out leaf.csr -subj /CN=localhost");
    OpenSsl.run(folder, "x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -out leaf.pem -days 2");
    StringBuilder whole = new StringBuilder();
    for (String file : files) {
      whole.append("text between is for people\n").append(Files.readString(folder.resolve(file)));
    }
    Files.writeString(folder.resolve("cert.pem"), whole);
  }

  @Test
  void chain_inOrder_isRead() throws Exception {
    chain("leaf.pem", "ca.pem");
    read(settings());
  }

  @Test
  void chain_outOfOrder_isRefused() throws Exception {
    chain("ca.pem", "leaf.pem");
    isRefused(
        settings(), "cert.pem", "CN=Authority is not signed by the one that follows, CN=localhost");
  }

  @Test
  void clientAuth_authoritiesWithoutCertificate_areRefused() throws Exception {
    OpenSsl.certificate(folder, EC);
    isRefused(
        settings().sslClientAuth(ClientAuth.REQUIRED).sslCaCerts(folder.resolve("key.pem")),
        "key.pem",
        "has no certificate");
  }

  @Test
  void certificate_expired_isServedWithAWarning() throws Exception {
    Instant now = Instant.now();
    DevCertificate old =
        DevCertificate.make(now.minus(Duration.ofDays(3)), now.minus(Duration.ofDays(1)));
    Files.writeString(folder.resolve("cert.pem"), old.certificate());
    Files.writeString(folder.resolve("key.pem"), old.key());
    try (ServerLog log = ServerLog.open()) {
      read(settings());
      assertThat(log.messages())
          .singleElement()
          .asString()
          .contains("cert.pem has expired: CN=localhost was valid until ")
          .contains(now.minus(Duration.ofDays(1)).toString().substring(0, 10));
    }
  }

  @Test
  void read_badFile_leavesWhatWasThere() throws Exception {
    OpenSsl.certificate(folder, EC);
    Keychain keychain = Keychain.of(settings().build());
    Files.delete(folder.resolve("cert.pem"));
    assertThatThrownBy(keychain::read).isInstanceOf(IOException.class);
    assertThat(keychain.engine()).isNotNull();
  }

  @Test
  void devCertificate_isWhatOpensslTakesForGood() throws Exception {
    Instant now = Instant.now();
    DevCertificate made = DevCertificate.make(now, now.plus(Duration.ofDays(1)));
    Files.writeString(folder.resolve("cert.pem"), made.certificate());
    Files.writeString(folder.resolve("key.pem"), made.key());
    read(settings());
    for (String host :
        List.of("-verify_hostname localhost", "-verify_ip 127.0.0.1", "-verify_ip ::1")) {
      OpenSsl.run(
          folder, "verify -x509_strict -purpose sslserver -CAfile cert.pem " + host + " cert.pem");
    }
    OpenSsl.run(folder, "pkey -in key.pem -check -noout");
  }
}
