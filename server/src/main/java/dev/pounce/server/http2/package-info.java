/**
 * HTTP/2 (RFC 9113): a {@linkplain dev.pounce.server.http2.Session session} reads the frames of a
 * connection, and each of its streams is an exchange on a virtual thread of its own.
 */
@NullMarked
package dev.pounce.server.http2;

import org.jspecify.annotations.NullMarked;
