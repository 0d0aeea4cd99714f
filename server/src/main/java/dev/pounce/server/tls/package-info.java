/** TLS: keys and certificates, read and checked, and what a handshake agrees on. */
@NullMarked
package dev.pounce.server.tls;

import org.jspecify.annotations.NullMarked;
