package dev.pounce.app;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket, from its opening handshake to its close.
 *
 * @param path the path of the handshake request with percent-encoding decoded as UTF-8
 * @param rawPath the path as sent, ASCII
 * @param queryString what follows the first {@code ?}, as sent; empty where there is none
 * @param httpVersion the version of the handshake request
 * @param scheme {@code wss} inside TLS, else {@code ws}; from {@code X-Forwarded-Proto} if the peer
 *     is trusted
 * @param headers the handshake request's header fields, in order
 * @param client the client; null on a Unix domain socket
 * @param server the address that the connection was accepted on; null on a Unix domain socket
 * @param subprotocols what the client offers, in its order of preference
 * @param extensions what the server adds, as for an {@link HttpScope}; and {@code
 *     websocket.http.response}, which says that a WebSocket can be refused with a response
 * @param state what the life span has stored
 */
public record WebSocketScope(
    String path,
    String rawPath,
    String queryString,
    String httpVersion,
    String scheme,
    Headers headers,
    @Nullable Address client,
    @Nullable Address server,
    List<String> subprotocols,
    Map<String, Object> extensions,
    Map<String, Object> state)
    implements Scope {}
