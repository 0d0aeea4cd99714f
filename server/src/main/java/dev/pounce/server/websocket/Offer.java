package dev.pounce.server.websocket;

import dev.pounce.app.ContractException;
import dev.pounce.app.Headers;
import dev.pounce.app.WebSocketAccept;
import java.util.List;
import java.util.Locale;
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

  /**
   * The fields of the response that accepts it.
   *
   * @throws ContractException if the subprotocol is none of those offered
   */
  Headers response(WebSocketAccept accept) {
    String subprotocol = accept.subprotocol();
    if (subprotocol != null && !subprotocols.contains(subprotocol)) {
      throw new ContractException(
          "subprotocol: "
              + subprotocol
              + " (expected: one that was offered: "
              + String.join(", ", subprotocols)
              + ")");
    }
    Headers headers = withoutHandshake(accept.headers());
    if (subprotocol != null) {
      headers = headers.with("sec-websocket-protocol", subprotocol);
    }
    return compression == null
        ? headers
        : headers.with("sec-websocket-extensions", compression.response());
  }

  /** What an application may add: the handshake is the server's. */
  private static Headers withoutHandshake(Headers added) {
    Headers headers = Headers.none();
    for (int i = 0; i < added.size(); i++) {
      if (!added.name(i).toLowerCase(Locale.ROOT).startsWith("sec-websocket-")) {
        headers = headers.with(added.name(i), added.value(i));
      }
    }
    return headers;
  }
}
