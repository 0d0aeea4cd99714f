/**
 * What the server tells about itself: {@link dev.pounce.observe.LifecycleEvent}s, which {@link
 * dev.pounce.observe.LifecycleCollector}s make something of. Needs the JDK alone and knows neither
 * the server nor the application.
 */
@NullMarked
package dev.pounce.observe;

import org.jspecify.annotations.NullMarked;
