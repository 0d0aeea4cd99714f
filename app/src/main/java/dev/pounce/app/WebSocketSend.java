package dev.pounce.app;

import org.jspecify.annotations.Nullable;

/**
 * A whole message to the client. Just one of the two is there.
 *
 * @param bytes the content of a binary message
 * @param text the content of a text message
 */
public record WebSocketSend(byte @Nullable [] bytes, @Nullable String text) implements Outbound {}
