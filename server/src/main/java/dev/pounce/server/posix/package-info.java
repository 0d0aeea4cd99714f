/** The few calls of the C library that the JDK has no other way to; Linux alone. */
@NullMarked
package dev.pounce.server.posix;

import org.jspecify.annotations.NullMarked;
