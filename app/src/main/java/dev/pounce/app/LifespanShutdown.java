package dev.pounce.app;

/** The last request has ended: clean up, then answer. */
public record LifespanShutdown() implements Inbound {}
