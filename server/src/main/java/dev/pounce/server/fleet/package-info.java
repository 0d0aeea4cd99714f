/**
 * A server whose workers are processes: the one that starts them and watches over them, and what
 * each of them does when it is told.
 */
@NullMarked
package dev.pounce.server.fleet;

import org.jspecify.annotations.NullMarked;
