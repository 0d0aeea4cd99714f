/** A span for each request, by OpenTelemetry. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // none is a named module
module dev.pounce.otel {
  requires transitive dev.pounce.server;
  requires transitive io.opentelemetry.api;
  requires io.opentelemetry.context;
  requires io.opentelemetry.exporter.internal;
  requires io.opentelemetry.sdk;
  requires io.opentelemetry.sdk.autoconfigure;
  requires io.opentelemetry.sdk.autoconfigure.spi;
  requires io.opentelemetry.sdk.common;
  requires io.opentelemetry.sdk.trace;
  requires java.logging;
  requires static org.jspecify;

  exports dev.pounce.otel;

  provides dev.pounce.server.trace.TracerFactory with
      dev.pounce.otel.OpenTelemetryTracerFactory;
}
