package dev.pounce.app;

import org.jspecify.annotations.Nullable;

/**
 * A whole message from the client. Just one of the two is there.
 *
 * @param bytes the content of a binary message
 * @param text the content of a text message
 */
public record WebSocketReceive(byte @Nullable [] bytes, @Nullable String text) implements Inbound {}
