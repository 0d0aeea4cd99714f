/**
 * HTTP/1.0 and HTTP/1.1 on a blocking connection (RFC 9112): the codec, and the connection that
 * reads, parses, calls the application and writes in one straight line on its own virtual thread.
 */
@NullMarked
package dev.pounce.server.http1;

import org.jspecify.annotations.NullMarked;
