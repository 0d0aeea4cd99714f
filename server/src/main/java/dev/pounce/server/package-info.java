/**
 * The server: {@link dev.pounce.server.Server} serves an application by a {@link
 * dev.pounce.server.config.ServerConfig}.
 */
@NullMarked
package dev.pounce.server;

import org.jspecify.annotations.NullMarked;
