package dev.pounce.app;

/**
 * A piece of a request's body. Its length is what the client happened to send; an empty body is one
 * message with no bytes.
 *
 * @param body the bytes; the receiver owns the array
 * @param moreBody whether another {@code HttpRequest} follows
 */
public record HttpRequest(byte[] body, boolean moreBody) implements Inbound {}
