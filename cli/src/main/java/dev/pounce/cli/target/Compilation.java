package dev.pounce.cli.target;

import java.util.Map;

/**
 * What the compiler made of a source file.
 *
 * @param main the binary name of the class that the file stands for
 * @param classes class files by binary name
 * @param others the SHA-256 of the other source files that took part, by path
 * @param warnings what the compiler printed; often empty
 */
record Compilation(
    String main, Map<String, byte[]> classes, Map<String, String> others, String warnings) {}
