/**
 * The load runs: each {@code main} starts real servers as processes of their own, puts work on them
 * and prints what it measured. They run from source, on the JDK alone.
 */
@NullMarked
package dev.pounce.bench.load;

import org.jspecify.annotations.NullMarked;
