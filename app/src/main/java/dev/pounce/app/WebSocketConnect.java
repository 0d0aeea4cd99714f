package dev.pounce.app;

/**
 * The client asks to open the WebSocket: answer {@link WebSocketAccept} or {@link WebSocketClose}.
 */
public record WebSocketConnect() implements Inbound {}
