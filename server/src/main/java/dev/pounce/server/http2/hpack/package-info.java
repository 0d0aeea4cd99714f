/**
 * HPACK, the compression of header fields in HTTP/2 (RFC 7541): a decoder for what a connection's
 * peer sends and an encoder for what it is sent.
 */
@NullMarked
package dev.pounce.server.http2.hpack;

import org.jspecify.annotations.NullMarked;
