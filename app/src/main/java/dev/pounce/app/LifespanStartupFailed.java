package dev.pounce.app;

/**
 * The application cannot serve: the server does not start.
 *
 * @param message why, for the log
 */
public record LifespanStartupFailed(String message) implements Outbound {}
