package dev.pounce.server.websocket;

import dev.pounce.app.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client offers in a handshake, whatever version of HTTP carries it.
 *
 * @param subprotocols in its order of preference
 * @param compression what is agreed on; null for none
 */
public record Offer(List<String> subprotocols, @Nullable Compression compression) {

  /**
   * Reads the fields of a handshake. No context of what the server sends is kept from message to
   * message: WebSockets idle, and there are many.
   *
   * @param compress whether the server compresses
   * @throws Unacceptable if they are not those of a handshake, by the status that it names
   */
  public static Offer of(Headers headers, boolean compress) throws Unacceptable {
    Handshake.checkVersion(headers.all("sec-websocket-version"));
    Compression compression = Compression.negotiate(headers.all("sec-websocket-extensions"), false);
    return new Offer(
        Handshake.subprotocols(headers.all("sec-websocket-protocol")),
        compress ? compression : null);
  }
}
