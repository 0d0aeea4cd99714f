package dev.pounce.app;

/** A message from an application to the server. */
public sealed interface Outbound
    permits HttpResponseStart,
        HttpResponseBody,
        WebSocketAccept,
        WebSocketSend,
        WebSocketClose,
        LifespanStartupComplete,
        LifespanStartupFailed,
        LifespanShutdownComplete,
        LifespanShutdownFailed {}
