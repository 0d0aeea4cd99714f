package dev.pounce.server.http1;

import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.Protocol;
import dev.pounce.server.exchange.Journal;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.Timer.Phase;
import dev.pounce.server.listen.TlsTransport;
import dev.pounce.server.tls.Alpn;
import dev.pounce.server.tls.Handshake;
import dev.pounce.server.tls.HandshakeException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * The first step of a connection with TLS: its handshake. Until the first octet has come it counts
 * as idle; then it has as much time as a head has. Used by the connection's thread alone.
 */
final class Greeting {

  private static final Logger LOGGER = System.getLogger("pounce");

  private final Connection connection;
  private final TlsTransport transport;

  Greeting(Connection connection, TlsTransport transport) {
    this.connection = connection;
    this.transport = transport;
  }

  /**
   * Waits for the end of the handshake.
   *
   * @return what is spoken now; null if there is nobody to speak with
   */
  @Nullable Alpn await() throws IOException {
    if (!transport.awaitHello()) {
      connection.open(Protocol.H1);
      connection.dialogue().quit();
      return null;
    }
    connection.enter(Phase.HANDSHAKE);
    try {
      Handshake agreed = transport.handshake();
      return agreed == null ? null : agreed.protocol();
    } catch (HandshakeException e) {
      failed(e);
      return null;
    } catch (IOException e) {
      if (connection.severed() != null) {
        throw e;
      }
      failed(new HandshakeException(String.valueOf(e.getMessage()), false));
      return null;
    }
  }

  private void failed(HandshakeException failure) throws IOException {
    boolean late = connection.timer().phase() == Phase.CLOSING;
    connection.open(Protocol.H1);
    Journal journal = connection.journal();
    if (journal != null) {
      journal.because(ConnectionCompleted.Reason.HANDSHAKE);
    }
    LOGGER.log(
        Level.DEBUG,
        () ->
            "TLS handshake with "
                + connection.dialogue().peer().name()
                + " failed: "
                + (late ? "it did not end in time" : failure.getMessage()));
    if (failure.isPlain()) {
      connection.dialogue().refuse(Refusal.malformed("this port speaks TLS: ask with https"));
    } else {
      connection.dialogue().linger();
    }
  }
}
