package dev.pounce.app;

import org.jspecify.annotations.Nullable;

/**
 * Opens the WebSocket.
 *
 * @param subprotocol the one chosen from the client's offer, or null
 * @param headers header fields to add to the handshake's response, but for those that begin with
 *     {@code Sec-WebSocket-}, which are the server's
 */
public record WebSocketAccept(@Nullable String subprotocol, Headers headers) implements Outbound {}
