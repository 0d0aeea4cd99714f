package dev.pounce.bench.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Where a server is to listen, on 127.0.0.1, and what it is to speak there.
 *
 * @param keystore has the key and the certificate for TLS, which is the JDK's for all servers
 */
record Endpoint(Protocol protocol, int port, Path keystore) {
  static final String PASSWORD = "pounce-bench";

  enum Protocol {
    HTTP1,
    /** HTTP/2 in clear, with prior knowledge. */
    H2C,
    /** HTTP/2 inside TLS, agreed on by ALPN. */
    H2,
    /** WebSocket in clear, opened over HTTP/1.1, never compressed. */
    WEBSOCKET
  }

  boolean speaks(Protocol wanted) {
    return protocol == wanted;
  }

  KeyManagerFactory keys() throws GeneralSecurityException, IOException {
    char[] password = PASSWORD.toCharArray();
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(KeyStore.getInstance(keystore.toFile(), password), password);
    return factory;
  }

  SSLContext tls() throws GeneralSecurityException, IOException {
    var context = SSLContext.getInstance("TLS");
    context.init(keys().getKeyManagers(), null, null);
    return context;
  }
}
