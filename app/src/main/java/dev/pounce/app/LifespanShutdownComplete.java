package dev.pounce.app;

/** The application has cleaned up. */
public record LifespanShutdownComplete() implements Outbound {}
