package dev.pounce.app;

/**
 * The WebSocket is closed.
 *
 * @param code the client's close code (RFC 6455, section 7.4); 1005 if it gave none, 1006 if it is
 *     gone without a close, 1001 if the server goes away and the client has not answered
 * @param reason the close reason; may be empty
 */
public record WebSocketDisconnect(int code, String reason) implements Inbound {}
