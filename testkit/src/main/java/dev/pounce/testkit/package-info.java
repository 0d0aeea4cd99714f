/**
 * What the tests of all modules share: a client that speaks raw bytes, and the watch for leftovers.
 */
@NullMarked
package dev.pounce.testkit;

import org.jspecify.annotations.NullMarked;
