package dev.pounce.bench.load;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What servers show inside TLS: self-signed, on P-256, so that a handshake costs little.
 *
 * @param chain the certificate, as PEM
 * @param key its key, as PEM
 * @param store both, as PKCS #12
 */
record Certificate(Path chain, Path key, Path store) {
  /** As {@code bench/peers} has it. */
  private static final String PASSWORD = "pounce-bench";

  static Certificate in(Path folder) {
    return new Certificate(
        folder.resolve("cert.pem"), folder.resolve("key.pem"), folder.resolve("store.p12"));
  }

  void make() throws IOException {
    var ask = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30";
    var names = "-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1";
    openssl(ask + " " + names + " -keyout " + key + " -out " + chain);
    openssl(
        "openssl pkcs12 -export -in "
            + chain
            + " -inkey "
            + key
            + " -out "
            + store
            + " -passout pass:"
            + PASSWORD);
  }

  private static void openssl(String command) throws IOException {
    Shell.read(command.split(" "));
  }
}
