/**
 * What the server tells about itself: log lines, and the thread that writes them. Needs the JDK
 * alone and knows neither the server nor the application.
 */
@NullMarked
package dev.pounce.observe;

import org.jspecify.annotations.NullMarked;
