/**
 * A span for each request, by OpenTelemetry: {@link dev.pounce.otel.OpenTelemetryTracer}.
 *
 * <p>Where this module is on the class path, a server that is told where to send traces finds it
 * with the JDK's service loader.
 */
@NullMarked
package dev.pounce.otel;

import org.jspecify.annotations.NullMarked;
