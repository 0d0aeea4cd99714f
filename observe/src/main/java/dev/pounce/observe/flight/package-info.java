/**
 * The server's facts in a JDK Flight Recorder recording, beside the JVM's own: garbage collections,
 * locks, I/O.
 */
@NullMarked
package dev.pounce.observe.flight;

import org.jspecify.annotations.NullMarked;
