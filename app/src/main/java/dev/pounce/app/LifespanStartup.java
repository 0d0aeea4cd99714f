package dev.pounce.app;

/** The server is about to serve: prepare, then answer. */
public record LifespanStartup() implements Inbound {}
