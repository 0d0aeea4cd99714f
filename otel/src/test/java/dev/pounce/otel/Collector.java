package dev.pounce.otel;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** Takes spans by OTLP over HTTP, as Jaeger, Tempo and the OpenTelemetry Collector do. */
final class Collector implements AutoCloseable {

  /** One request of the exporter's. */
  record Export(String path, Headers headers, ExportTraceServiceRequest content) {}

  private final HttpServer server;
  private final int status;
  private final List<Export> exports = new CopyOnWriteArrayList<>();

  private Collector(int status) throws IOException {
    this.status = status;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::take);
    server.start();
  }

  static Collector open() throws IOException {
    return new Collector(200);
  }

  /** One that takes nothing and answers with this status. */
  static Collector refusing(int status) throws IOException {
    return new Collector(status);
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
      body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
    }
    if (status == 200) {
      exports.add(
          new Export(
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders(),
              ExportTraceServiceRequest.parseFrom(body)));
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  List<Export> exports() {
    return exports;
  }

  /** All spans so far, in the order in which they came. */
  List<Span> spans() {
    return exports.stream()
        .flatMap(export -> export.content().getResourceSpansList().stream())
        .map(ResourceSpans::getScopeSpansList)
        .flatMap(List::stream)
        .map(ScopeSpans::getSpansList)
        .flatMap(List::stream)
        .toList();
  }

  /** The only span. */
  Span span() {
    List<Span> spans = spans();
    if (spans.size() != 1) {
      throw new AssertionError("wanted one span, got " + spans);
    }
    return spans.getFirst();
  }

  Span span(String name) {
    return spans().stream().filter(span -> span.getName().equals(name)).findFirst().orElseThrow();
  }

  /** What is said of the service in the first export. */
  Map<String, Object> resource() {
    return values(
        exports.getFirst().content().getResourceSpans(0).getResource().getAttributesList());
  }

  static Map<String, Object> attributes(Span span) {
    return values(span.getAttributesList());
  }

  static Map<String, Object> values(List<KeyValue> attributes) {
    Map<String, Object> values = new TreeMap<>();
    attributes.forEach(attribute -> values.put(attribute.getKey(), value(attribute.getValue())));
    return values;
  }

  private static Object value(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INT_VALUE -> value.getIntValue();
      default -> value;
    };
  }

  static String traceId(Span span) {
    return HexFormat.of().formatHex(span.getTraceId().toByteArray());
  }

  static String spanId(Span span) {
    return HexFormat.of().formatHex(span.getSpanId().toByteArray());
  }

  /** The parent's ID; empty where there is none. */
  static String parentId(Span span) {
    return HexFormat.of().formatHex(span.getParentSpanId().toByteArray());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
