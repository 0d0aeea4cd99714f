package dev.pounce.server.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * A file that a setting names. Whatever is wrong with it is an IOException whose message begins
 * with both.
 *
 * @param key of the setting
 */
record SslFile(String key, Path path) {

  private static final String CERTIFICATE = "CERTIFICATE";

  byte[] read() throws IOException {
    try {
      return Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      throw fault("is not there", e);
    } catch (AccessDeniedException e) {
      throw fault("may not be read by this user", e);
    } catch (IOException e) {
      throw fault("can't be read (" + e.getMessage() + ")", e);
    }
  }

  /** Its first line. */
  char[] readLine() throws IOException {
    return new String(read(), UTF_8).lines().findFirst().orElse("").toCharArray();
  }

  List<Pem> blocks(byte[] content) throws IOException {
    try {
      return Pem.read(content);
    } catch (IllegalArgumentException e) {
      throw fault("is damaged: a block of it is not base64", e);
    }
  }

  /** The certificates among its blocks, in order. */
  List<X509Certificate> certificates(List<Pem> blocks) throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Pem block : blocks) {
      if (block.label().equals(CERTIFICATE)) {
        certificates.add(certificate(block.der(), certificates.size() + 1));
      }
    }
    if (certificates.isEmpty()) {
      throw fault(
          "has no certificate: it must have one, from BEGIN CERTIFICATE to END CERTIFICATE");
    }
    return certificates;
  }

  private X509Certificate certificate(byte[] der, int number) throws IOException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw fault("is damaged: certificate " + number + " in it can't be parsed", e);
    }
  }

  IOException fault(String what) {
    return new IOException(key + ": " + path + " " + what);
  }

  IOException fault(String what, Throwable cause) {
    return new IOException(key + ": " + path + " " + what, cause);
  }
}
