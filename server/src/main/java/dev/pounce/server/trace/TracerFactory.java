package dev.pounce.server.trace;

import dev.pounce.server.config.ServerConfig;
import java.util.Map;

/** Makes the tracer that a configuration asks for. Found by the JDK's service loader. */
public interface TracerFactory {

  /**
   * Makes a tracer.
   *
   * @param config names the endpoint and the service
   * @return a tracer, to be closed by the caller
   * @throws IllegalArgumentException if the configuration can't be followed; the message says why
   */
  Tracer create(ServerConfig config);

  /**
   * Whether a server with this configuration is to be traced: it names an endpoint, or the
   * environment names one or an exporter, as OpenTelemetry has it; and {@code OTEL_SDK_DISABLED} is
   * not true.
   *
   * @param config the server's
   * @param environment the process's, as of {@link System#getenv}
   * @return whether to ask a factory for a tracer
   */
  static boolean isWanted(ServerConfig config, Map<String, String> environment) {
    if ("true".equalsIgnoreCase(environment.get("OTEL_SDK_DISABLED"))) {
      return false;
    }
    if (config.otelEndpoint() != null) {
      return true;
    }
    String exporters = environment.getOrDefault("OTEL_TRACES_EXPORTER", "");
    return exporters.isBlank()
        ? !environment.getOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT", "").isBlank()
            || !environment.getOrDefault("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "").isBlank()
        : !exporters.strip().equals("none");
  }
}
