package dev.pounce.app;

/**
 * The application could not clean up; the server stops all the same.
 *
 * @param message why, for the log
 */
public record LifespanShutdownFailed(String message) implements Outbound {}
