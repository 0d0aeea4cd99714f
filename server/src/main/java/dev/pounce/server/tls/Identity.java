package dev.pounce.server.tls;

import dev.pounce.server.config.ServerConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who the server is to its clients, as its files say; checked, but for the dates.
 *
 * @param chain the server's certificate, each followed by that of whoever has signed it
 */
record Identity(SslFile file, PrivateKey key, List<X509Certificate> chain) {

  private static final int LEAST_RSA_BITS = 2048;

  /** Those that every client and the JDK have, by the size of their field. */
  private static final Set<Integer> CURVES = Set.of(256, 384, 521);

  /** Reads the files that a configuration names; it has a certfile. */
  static Identity read(ServerConfig config) throws IOException {
    SslFile file = new SslFile("ssl-certfile", Objects.requireNonNull(config.sslCertfile()));
    SslFile password = optional("ssl-keyfile-password-file", config.sslKeyfilePasswordFile());
    byte[] content = file.read();
    if (!Pem.isIn(content)) {
      return pkcs12(file, content, password).checked();
    }
    List<Pem> blocks = file.blocks(content);
    List<X509Certificate> chain = file.certificates(blocks);
    SslFile own = optional("ssl-keyfile", config.sslKeyfile());
    PrivateKey key =
        own == null
            ? PrivateKeys.of(file, blocks, password)
            : PrivateKeys.of(own, own.blocks(own.read()), password);
    return new Identity(file, key, chain).checked();
  }

  private static @Nullable SslFile optional(String key, @Nullable Path path) {
    return path == null ? null : new SslFile(key, path);
  }

  private static Identity pkcs12(SslFile file, byte[] content, @Nullable SslFile password)
      throws IOException {
    char[] secret = password == null ? new char[0] : password.readLine();
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(content), secret);
      List<String> aliases = new ArrayList<>();
      for (String alias : Collections.list(store.aliases())) {
        if (store.isKeyEntry(alias)) {
          aliases.add(alias);
        }
      }
      if (aliases.size() != 1) {
        throw file.fault(
            aliases.isEmpty()
                ? "has no private key: a PKCS#12 file must have the key and its certificates"
                : "has more than one private key: leave the server's alone in it");
      }
      Key key = store.getKey(aliases.getFirst(), secret);
      List<X509Certificate> chain = new ArrayList<>();
      for (Certificate certificate : store.getCertificateChain(aliases.getFirst())) {
        chain.add((X509Certificate) certificate);
      }
      return new Identity(file, (PrivateKey) key, chain);
    } catch (GeneralSecurityException e) {
      throw file.fault("can't be opened (" + e.getMessage() + ")", e);
    } catch (IOException e) {
      throw e.getCause() instanceof GeneralSecurityException
          ? file.fault("has another password: name a file with it as ssl-keyfile-password-file", e)
          : String.valueOf(e.getMessage()).startsWith(file.key())
              ? e
              : file.fault("is neither PEM nor PKCS#12", e);
    }
  }

  private Identity checked() throws IOException {
    for (int i = 0; i + 1 < chain.size(); i++) {
      if (!isSigned(chain.get(i), chain.get(i + 1))) {
        throw file.fault(
            "is out of order: "
                + name(chain.get(i))
                + " is not signed by the one that follows, "
                + name(chain.get(i + 1))
                + "; put the server's certificate first, and behind each the one that has signed it");
      }
    }
    String signature =
        switch (certificate().getPublicKey()) {
          case RSAPublicKey rsa when rsa.getModulus().bitLength() >= LEAST_RSA_BITS ->
              "SHA256withRSA";
          case ECPublicKey ec
              when CURVES.contains(ec.getParams().getCurve().getField().getFieldSize()) ->
              "SHA256withECDSA";
          default ->
              throw file.fault(
                  "has a key that is not served: make one with RSA of 2048 bits or more, or with EC"
                      + " on P-256, P-384 or P-521");
        };
    if (!isOurs(signature)) {
      throw file.fault("is not for this private key: name the two that belong together");
    }
    return this;
  }

  private static boolean isSigned(X509Certificate certificate, X509Certificate by) {
    try {
      certificate.verify(by.getPublicKey());
      return certificate.getIssuerX500Principal().equals(by.getSubjectX500Principal());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** Whether what the key signs is what the certificate vouches for. */
  private boolean isOurs(String algorithm) {
    try {
      byte[] text = {'P'};
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certificate().getPublicKey());
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** The server's own. */
  X509Certificate certificate() {
    return chain.getFirst();
  }

  /** What clients will object to at this time. */
  List<String> objections(Instant now) {
    List<String> objections = new ArrayList<>();
    for (X509Certificate one : chain) {
      Instant begin = one.getNotBefore().toInstant();
      Instant end = one.getNotAfter().toInstant();
      if (now.isAfter(end)) {
        objections.add(
            file.fault("has expired: " + name(one) + " was valid until " + end).getMessage());
      } else if (now.isBefore(begin)) {
        objections.add(
            file.fault("is not valid yet: " + name(one) + " will be from " + begin).getMessage());
      }
    }
    return objections;
  }

  static String name(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName();
  }
}
