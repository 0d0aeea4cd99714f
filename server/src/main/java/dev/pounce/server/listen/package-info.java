/** Sockets: the one that listens, and the byte transport of one accepted connection. */
@NullMarked
package dev.pounce.server.listen;

import org.jspecify.annotations.NullMarked;
