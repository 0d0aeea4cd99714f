/**
 * What the tests of all modules share: a client that speaks raw bytes, bodies to compress, the cost
 * of work in memory, and the watch for leftovers.
 */
@NullMarked
package dev.pounce.testkit;

import org.jspecify.annotations.NullMarked;
