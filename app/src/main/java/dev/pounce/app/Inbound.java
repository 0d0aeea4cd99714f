package dev.pounce.app;

/** A message from the server to an application. */
public sealed interface Inbound
    permits HttpRequest,
        HttpDisconnect,
        WebSocketConnect,
        WebSocketReceive,
        WebSocketDisconnect,
        LifespanStartup,
        LifespanShutdown {}
