package dev.pounce.cli.target;

import dev.pounce.server.source.Version;

/**
 * What a target names, ready to be served.
 *
 * @param name the target with its class and attribute spelled out, such as {@code Hello.java:app}
 * @param version the application, in a class loader of its own
 * @param warnings what the compiler had to say about sources that it accepted; often empty
 */
public record Loaded(String name, Version version, String warnings) {}
