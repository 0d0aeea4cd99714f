package dev.pounce.app;

/** The client is gone, or the response is complete: nothing more will come in. */
public record HttpDisconnect() implements Inbound {}
