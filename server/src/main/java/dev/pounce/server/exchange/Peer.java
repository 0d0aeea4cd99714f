package dev.pounce.server.exchange;

import dev.pounce.app.Address;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection; found out once.
 *
 * @param client the peer's address; null on a Unix domain socket
 * @param server the address it was accepted on; null on a Unix domain socket
 * @param name the peer as the access log has it
 * @param trusted whether its forwarded headers and request IDs are believed
 */
public record Peer(
    @Nullable Address client, @Nullable Address server, String name, boolean trusted) {}
