package dev.pounce.server.tls;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/** A handshake of the server with itself, in memory. */
final class Warmth {

  private final SSLEngine server;
  private final SSLEngine client;
  private final ByteBuffer nothing = ByteBuffer.allocate(0);
  private final ByteBuffer opened;

  private Warmth(SSLEngine server, SSLEngine client) {
    this.server = server;
    this.client = client;
    this.opened = ByteBuffer.allocate(server.getSession().getApplicationBufferSize());
  }

  /** One between the server's side of a connection and a client that trusts its certificate. */
  static Warmth of(SSLEngine server, KeyStore trusted) throws GeneralSecurityException {
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    SSLEngine client = context.createSSLEngine();
    client.setUseClientMode(true);
    client.setSSLParameters(server.getSSLParameters());
    server.setNeedClientAuth(false);
    return new Warmth(server, client);
  }

  /** Goes on until neither side has anything left to say. */
  Handshake run() throws SSLException {
    client.beginHandshake();
    ByteBuffer toServer = packet();
    ByteBuffer toClient = packet();
    boolean moved = true;
    while (moved) {
      moved = step(client, toClient, toServer) || step(server, toServer, toClient);
    }
    if (server.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
      throw new SSLException("unfinished: " + server.getHandshakeStatus());
    }
    return Handshake.of(server);
  }

  private ByteBuffer packet() {
    return ByteBuffer.allocate(2 * server.getSession().getPacketBufferSize());
  }

  /** Has one side do what it can; false if that is nothing. */
  private boolean step(SSLEngine side, ByteBuffer in, ByteBuffer out) throws SSLException {
    int before = in.position() + out.position();
    HandshakeStatus status = side.getHandshakeStatus();
    boolean tasks = status == HandshakeStatus.NEED_TASK;
    switch (status) {
      case NEED_TASK -> Objects.requireNonNull(side.getDelegatedTask()).run();
      case NEED_WRAP -> side.wrap(nothing, out);
      default -> {
        in.flip();
        side.unwrap(in, opened.clear());
        in.compact();
      }
    }
    return tasks || in.position() + out.position() != before;
  }
}
