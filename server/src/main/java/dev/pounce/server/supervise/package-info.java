/**
 * Who watches over connections: the supervisor that accepts them, the workers that have them, the
 * reaper that ends what takes too long, the lifeline for built-ins, and shutdown.
 */
@NullMarked
package dev.pounce.server.supervise;

import org.jspecify.annotations.NullMarked;
