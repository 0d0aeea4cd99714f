package dev.pounce.app;

/**
 * The client asks to open the WebSocket: answer {@link WebSocketAccept} or {@link WebSocketClose},
 * or refuse with {@link HttpResponseStart} and {@link HttpResponseBody}.
 */
public record WebSocketConnect() implements Inbound {}
