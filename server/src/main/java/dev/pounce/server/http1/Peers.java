package dev.pounce.server.http1;

import dev.pounce.app.Address;
import dev.pounce.server.config.Network;
import dev.pounce.server.exchange.Peer;
import dev.pounce.server.listen.Transport;
import java.net.InetAddress;
import java.util.List;

/** Finds out who is at the other end. */
final class Peers {

  private static final String UNIX = "unix";

  private Peers() {}

  static Peer of(Transport transport, List<Network> trusted) {
    Address client = transport.peer();
    String name = client == null ? UNIX : client.toString();
    return new Peer(
        client, transport.local(), name, isTrusted(transport, trusted), transport.secured());
  }

  private static boolean isTrusted(Transport transport, List<Network> trusted) {
    if (trusted.isEmpty()) {
      return false;
    }
    InetAddress address = transport.peerAddress();
    return trusted.stream().anyMatch(network -> network.contains(address));
  }
}
