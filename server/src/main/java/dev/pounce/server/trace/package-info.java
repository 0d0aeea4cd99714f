/** What a tracer has to be, so that the server needs none. */
@NullMarked
package dev.pounce.server.trace;

import org.jspecify.annotations.NullMarked;
