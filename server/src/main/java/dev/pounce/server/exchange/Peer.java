package dev.pounce.server.exchange;

import dev.pounce.app.Address;
import dev.pounce.server.tls.Handshake;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection; found out once.
 *
 * @param client the peer's address; null on a Unix domain socket
 * @param server the address it was accepted on; null on a Unix domain socket
 * @param name the peer as the access log has it
 * @param trusted whether its forwarded headers and request IDs are believed
 * @param secured what its TLS handshake has agreed on; null without TLS
 */
public record Peer(
    @Nullable Address client,
    @Nullable Address server,
    String name,
    boolean trusted,
    @Nullable Handshake secured) {

  /** The scheme of what it asks for, as long as no proxy says otherwise. */
  String scheme() {
    return secured == null ? "http" : "https";
  }
}
