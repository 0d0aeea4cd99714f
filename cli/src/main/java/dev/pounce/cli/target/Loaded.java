package dev.pounce.cli.target;

import dev.pounce.app.Application;

/**
 * What a target names, ready to be served.
 *
 * @param name the target with its class and attribute spelled out, such as {@code Hello.java:app}
 * @param application the application
 * @param warnings what the compiler had to say about sources that it accepted; often empty
 */
public record Loaded(String name, Application application, String warnings) {}
