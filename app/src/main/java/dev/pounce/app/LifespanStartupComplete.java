package dev.pounce.app;

/** The application is ready for requests. */
public record LifespanStartupComplete() implements Outbound {}
