package dev.pounce.server.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pounce.app.Headers;
import dev.pounce.observe.metrics.Format;
import dev.pounce.observe.metrics.PrometheusCollector;
import org.jspecify.annotations.Nullable;

/** The built-in metrics, in the format that the client asks for. */
public record MetricsPage(String path, PrometheusCollector collector) implements BuiltIn {

  @Override
  public Page page(@Nullable String accept) {
    Format format = Format.negotiate(accept);
    Headers headers = Headers.of("content-type", format.contentType(), "vary", "Accept");
    return new Page(200, headers, collector.export(format).getBytes(UTF_8));
  }
}
