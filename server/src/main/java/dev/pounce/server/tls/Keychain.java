package dev.pounce.server.tls;

import dev.pounce.server.config.ServerConfig;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a server's TLS connections begin with: its key, its certificates, and whose clients'
 * certificates it accepts. Any thread; read anew by {@link #read}.
 */
public final class Keychain {

  private static final Logger LOGGER = System.getLogger("pounce");

  /** Classes are loaded once, however many servers there are. */
  private static final AtomicBoolean WARM = new AtomicBoolean();

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final String[] GROUPS = {"x25519", "secp256r1", "secp384r1"};

  private final ServerConfig config;
  private final SSLParameters parameters;
  private volatile Served served;

  /** What is served until the files are read anew. */
  private record Served(Identity identity, KeyStore store, SSLContext context) {}

  private Keychain(ServerConfig config) throws IOException {
    this.config = config;
    this.parameters = parameters(config);
    this.served = load(config);
  }

  /**
   * Reads what a configuration names.
   *
   * @return null if it asks for no TLS
   * @throws IOException if a file is missing or bad; the message says which, and what to do
   */
  public static @Nullable Keychain of(ServerConfig config) throws IOException {
    return config.sslCertfile() == null ? null : new Keychain(config);
  }

  /**
   * Reads the files anew: connections to come get what is in them then.
   *
   * @throws IOException as {@link #of}; then everything stays as it is
   */
  public void read() throws IOException {
    Served next = load(config);
    X509Certificate before = served.identity().certificate();
    X509Certificate now = next.identity().certificate();
    served = next;
    if (!now.equals(before)) {
      LOGGER.log(
          Level.INFO,
          "New connections get a new certificate: "
              + Identity.name(now)
              + ", valid until "
              + now.getNotAfter().toInstant());
    }
  }

  private static Served load(ServerConfig config) throws IOException {
    Identity identity = Identity.read(config);
    identity.objections(Instant.now()).forEach(said -> LOGGER.log(Level.WARNING, said));
    try {
      KeyStore store = empty();
      char[] none = new char[0];
      store.setKeyEntry(
          "server", identity.key(), none, identity.chain().toArray(Certificate[]::new));
      KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
      keys.init(store, none);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust(config.sslCaCerts()), null);
      return new Served(identity, store, context);
    } catch (GeneralSecurityException e) {
      throw identity.file().fault("can't be used (" + e.getMessage() + ")", e);
    }
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  /** Nobody is trusted unless there is a file that says whom: else the JDK would read its own. */
  private static TrustManager[] trust(@Nullable Path authorities)
      throws GeneralSecurityException, IOException {
    if (authorities == null) {
      return new TrustManager[0];
    }
    SslFile file = new SslFile("ssl-ca-certs", authorities);
    List<X509Certificate> certificates = file.certificates(file.blocks(file.read()));
    KeyStore store = empty();
    for (int i = 0; i < certificates.size(); i++) {
      store.setCertificateEntry(String.valueOf(i), certificates.get(i));
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static SSLParameters parameters(ServerConfig config) {
    SSLParameters parameters = new SSLParameters(Suite.names(), PROTOCOLS);
    parameters.setUseCipherSuitesOrder(true);
    parameters.setNamedGroups(GROUPS);
    parameters.setApplicationProtocols(Alpn.offer(config.http2()));
    switch (config.sslClientAuth()) {
      case NONE -> {}
      case OPTIONAL -> parameters.setWantClientAuth(true);
      case REQUIRED -> parameters.setNeedClientAuth(true);
    }
    return parameters;
  }

  /**
   * Has a handshake in the background, unless this process has had one: it loads the hundreds of
   * classes that the JDK has for it, for which the first client would have to wait.
   */
  public void warm() {
    if (WARM.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("pounce-tls-warmth").start(this::tryOut);
    }
  }

  private void tryOut() {
    try {
      rehearse();
    } catch (GeneralSecurityException | SSLException e) {
      LOGGER.log(Level.DEBUG, "the first handshake will take its time", e);
    }
  }

  /** A handshake of the server with itself. */
  Handshake rehearse() throws GeneralSecurityException, SSLException {
    return Warmth.of(engine(), served.store()).run();
  }

  /** The server's side of a connection that begins. */
  public SSLEngine engine() {
    SSLEngine engine = served.context().createSSLEngine();
    engine.setUseClientMode(false);
    engine.setSSLParameters(parameters);
    return engine;
  }
}
