/**
 * The server's configuration: {@link dev.pounce.server.config.ServerConfig} and the text form of
 * its fields, {@link dev.pounce.server.config.Setting}.
 */
@NullMarked
package dev.pounce.server.config;

import org.jspecify.annotations.NullMarked;
