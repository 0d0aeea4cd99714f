package dev.pounce.app;

/**
 * Closes the WebSocket, or refuses it if it is not yet accepted.
 *
 * @param code the close code (RFC 6455, section 7.4): 1000 to 1003, 1007 to 1014 or 3000 to 4999
 * @param reason the close reason, at most 123 bytes of UTF-8; may be empty
 */
public record WebSocketClose(int code, String reason) implements Outbound {}
