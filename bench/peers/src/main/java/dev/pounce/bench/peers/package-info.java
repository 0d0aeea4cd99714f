/**
 * Servers that Pounce is measured beside, each answering one request in the way its users write it.
 */
@NullMarked
package dev.pounce.bench.peers;

import org.jspecify.annotations.NullMarked;
