package dev.pounce.app;

import java.util.Map;

/**
 * The server's life: one call that is there from before the first request until after the last.
 *
 * <p>The application receives {@link LifespanStartup}, answers {@link LifespanStartupComplete} or
 * {@link LifespanStartupFailed}, then receives {@link LifespanShutdown} and answers that. {@link
 * Lifespan} does this for an application that only wants two functions called.
 *
 * @param state where start-up stores what requests need; a mutable map
 */
public record LifespanScope(Map<String, Object> state) implements Scope {}
