package dev.pounce.server.tls;

import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * What a handshake has agreed on.
 *
 * @param protocol what is spoken from now on
 * @param session of the JDK
 */
public record Handshake(Alpn protocol, SSLSession session) {

  private static final int TLS_1_2 = 0x0303;
  private static final int TLS_1_3 = 0x0304;

  /** What an engine has agreed on. */
  public static Handshake of(SSLEngine engine) {
    return new Handshake(Alpn.of(engine.getApplicationProtocol()), engine.getSession());
  }

  /**
   * What the application gets to see, by the names of ASGI's TLS extension; what is not there is
   * left out. {@code client_cert_error} never is: whoever's certificate is bad gets no further than
   * the handshake.
   */
  public Map<String, Object> extension() {
    Map<String, Object> tls = new LinkedHashMap<>();
    tls.put("tls_version", session.getProtocol().equals("TLSv1.3") ? TLS_1_3 : TLS_1_2);
    tls.put("cipher_suite", Suite.valueOf(session.getCipherSuite()).number);
    Certificate[] own = session.getLocalCertificates();
    if (own != null) {
      tls.put("server_cert", pem(own[0]));
    }
    List<String> chain = new ArrayList<>();
    for (Certificate certificate : client()) {
      chain.add(pem(certificate));
    }
    tls.put("client_cert_chain", List.copyOf(chain));
    if (!chain.isEmpty() && client()[0] instanceof X509Certificate x509) {
      tls.put("client_cert_name", x509.getSubjectX500Principal().getName());
    }
    return Collections.unmodifiableMap(tls);
  }

  private Certificate[] client() {
    try {
      return session.getPeerCertificates();
    } catch (SSLPeerUnverifiedException e) {
      return new Certificate[0];
    }
  }

  private static String pem(Certificate certificate) {
    try {
      return Pem.text("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read can be written", e);
    }
  }
}
