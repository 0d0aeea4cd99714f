/** Log lines, and the thread that writes them. Knows neither the server nor the application. */
@NullMarked
package dev.pounce.observe.log;

import org.jspecify.annotations.NullMarked;
