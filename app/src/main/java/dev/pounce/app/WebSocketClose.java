package dev.pounce.app;

/**
 * Closes the WebSocket, or refuses it if it is not yet accepted.
 *
 * @param code the close code (RFC 6455, section 7.4)
 * @param reason the close reason; may be empty
 */
public record WebSocketClose(int code, String reason) implements Outbound {}
