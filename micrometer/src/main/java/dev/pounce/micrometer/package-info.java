/**
 * Metrics of a server for Micrometer's registries, made of {@link
 * dev.pounce.observe.LifecycleEvent}s.
 */
@NullMarked
package dev.pounce.micrometer;

import org.jspecify.annotations.NullMarked;
