package dev.pounce.app;

/**
 * One header field.
 *
 * @param name the field name as given, case kept
 * @param value the field value without surrounding white space
 */
public record Header(String name, String value) {}
