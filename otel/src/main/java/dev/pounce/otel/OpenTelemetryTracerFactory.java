package dev.pounce.otel;

import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.trace.Tracer;
import dev.pounce.server.trace.TracerFactory;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdkBuilder;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Makes a tracer with an OpenTelemetry of its own, as the configuration and the standard {@code
 * OTEL_*} environment say; the configuration wins. Traces go out by OTLP over HTTP, with the JDK's
 * own client. Metrics and logs of OpenTelemetry stay off.
 *
 * <p>Unless the process has a global OpenTelemetry already, this becomes it: so spans that the
 * application makes with {@link GlobalOpenTelemetry} are sent too, as children of the request's.
 */
public final class OpenTelemetryTracerFactory implements TracerFactory {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int QUEUE_SIZE = 2048;

  private static final String PROTOCOL = "http/protobuf";
  private static final String KNOWN_METHODS = "otel.instrumentation.http.known.methods";
  private static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");
  private static final String NO_NAME = "unknown_service";
  private static final String DEFAULT_NAME = ServerConfig.defaults().otelServiceName();

  /** Says each time what {@link Losses} says once. Held here, for its level would be forgotten. */
  private static final Logger EXPORTER =
      Logger.getLogger("io.opentelemetry.exporter.otlp.internal.HttpExporter");

  /** Says that there was an error, but not which: that is in an exception. */
  private static final Logger BUILDER =
      Logger.getLogger(AutoConfiguredOpenTelemetrySdkBuilder.class.getName());

  /** A factory, for the service loader. */
  public OpenTelemetryTracerFactory() {}

  @Override
  public Tracer create(ServerConfig config) {
    return create(config, Map.of());
  }

  /** Makes a tracer; what the environment does not say, these properties do. */
  static OpenTelemetryTracer create(ServerConfig config, Map<String, String> properties) {
    EXPORTER.setLevel(Level.OFF);
    BUILDER.setLevel(Level.WARNING);
    Losses losses = new Losses();
    Set<String> methods = new HashSet<>();
    try {
      OpenTelemetrySdk sdk =
          AutoConfiguredOpenTelemetrySdk.builder()
              .disableShutdownHook()
              .addPropertiesSupplier(() -> Map.of("otel.exporter.otlp.protocol", PROTOCOL))
              .addPropertiesSupplier(() -> properties)
              .addPropertiesCustomizer(p -> {
                methods.addAll(p.getList(KNOWN_METHODS));
                return overrides(config);
              })
              .addResourceCustomizer((resource, _) -> named(resource))
              .addSpanExporterCustomizer((exporter, _) -> losses.watch(exporter))
              .addSpanProcessorCustomizer((processor, p) -> bounded(processor, p, losses))
              .build()
              .getOpenTelemetrySdk();
      if (!GlobalOpenTelemetry.isSet()) {
        GlobalOpenTelemetry.set(sdk);
      }
      return new OpenTelemetryTracer(
          sdk,
          new Conventions(methods.isEmpty() ? Conventions.METHODS : methods),
          losses,
          () -> close(sdk, losses));
    } catch (ConfigurationException e) {
      throw new IllegalArgumentException("OpenTelemetry: " + reason(e), e);
    }
  }

  /** What wins over the environment. */
  private static Map<String, String> overrides(ServerConfig config) {
    Map<String, String> overrides = new HashMap<>();
    overrides.put("otel.metrics.exporter", "none");
    overrides.put("otel.logs.exporter", "none");
    URI endpoint = config.otelEndpoint();
    if (endpoint != null) {
      String base = endpoint.toString();
      overrides.put("otel.traces.exporter", "otlp");
      overrides.put("otel.exporter.otlp.traces.protocol", PROTOCOL);
      overrides.put(
          "otel.exporter.otlp.traces.endpoint",
          base + (base.endsWith("/") ? "" : "/") + "v1/traces");
    }
    if (!config.otelServiceName().equals(DEFAULT_NAME)) {
      overrides.put("otel.service.name", config.otelServiceName());
    }
    return overrides;
  }

  /** The resource with a name: the SDK has one for those that have none. */
  private static Resource named(Resource resource) {
    String name = resource.getAttribute(SERVICE_NAME);
    return name == null || name.startsWith(NO_NAME)
        ? resource.merge(Resource.create(Attributes.of(SERVICE_NAME, DEFAULT_NAME)))
        : resource;
  }

  private static SpanProcessor bounded(
      SpanProcessor processor, ConfigProperties properties, Losses losses) {
    return processor instanceof BatchSpanProcessor
        ? losses.bound(processor, properties.getInt("otel.bsp.max.queue.size", QUEUE_SIZE))
        : processor;
  }

  private static void close(OpenTelemetrySdk sdk, Losses losses) {
    if (!sdk.shutdown().join(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).isSuccess()) {
      losses.warn("the last could not be sent within " + PATIENCE.toSeconds() + " s");
    }
  }

  private static String reason(ConfigurationException e) {
    Throwable cause = e.getCause();
    return e.getMessage() + (cause == null ? "" : ": " + cause.getMessage());
  }
}
