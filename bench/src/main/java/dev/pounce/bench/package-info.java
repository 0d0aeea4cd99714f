/**
 * JMH benchmarks of the paths that every request takes. Not null-marked: JMH sets the fields of a
 * state after its constructor.
 */
@NullUnmarked
package dev.pounce.bench;

import org.jspecify.annotations.NullUnmarked;
