/**
 * Metrics made of events. Start with {@link dev.pounce.observe.metrics.PrometheusCollector}: give
 * one to a server, and serve what it exports. Needs the JDK alone.
 */
@NullMarked
package dev.pounce.observe.metrics;

import org.jspecify.annotations.NullMarked;
