package dev.pounce.app;

/**
 * The WebSocket is closed.
 *
 * @param code the close code (RFC 6455, section 7.4)
 * @param reason the close reason; may be empty
 */
public record WebSocketDisconnect(int code, String reason) implements Inbound {}
