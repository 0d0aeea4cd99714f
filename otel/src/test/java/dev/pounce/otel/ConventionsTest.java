package dev.pounce.otel;

import static dev.pounce.otel.Collector.attributes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.pounce.app.HttpScope;
import dev.pounce.server.config.ServerConfig;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a span says of a request, as it arrives at a collector. */
class ConventionsTest {

  private Collector collector;

  @BeforeEach
  void open() throws IOException {
    collector = Collector.open();
  }

  @AfterEach
  void close() {
    collector.close();
    GlobalOpenTelemetry.resetForTest();
  }

  @Test
  void span_ofARequest_saysAllThatIsKnown() {
    Span span =
        completed(
            Story.scope(
                "POST",
                "/a%20b/c?x=1&y=2",
                "Host",
                "shop.example:8443",
                "User-Agent",
                "curl/8.5.0"),
            201);

    assertThat(span.getName()).isEqualTo("POST");
    assertThat(span.getKind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
    assertThat(attributes(span))
        .containsOnly(
            entry("http.request.method", "POST"),
            entry("url.path", "/a%20b/c"),
            entry("url.query", "x=1&y=2"),
            entry("url.scheme", "http"),
            entry("http.response.status_code", 201L),
            entry("network.protocol.version", "1.1"),
            entry("client.address", "203.0.113.9"),
            entry("network.peer.address", "192.0.2.7"),
            entry("network.peer.port", 54_321L),
            entry("server.address", "shop.example"),
            entry("server.port", 8443L),
            entry("user_agent.original", "curl/8.5.0"),
            entry("pounce.request_id", Story.ID),
            entry("pounce.connection_id", 42L),
            entry("pounce.worker_id", 3L));
    assertThat(span.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);
  }

  @Test
  void span_ofARequestWithoutThem_hasNoSuchAttributes() {
    assertThat(attributes(completed(Story.get("/"), 200)))
        .doesNotContainKeys(
            "url.query",
            "server.address",
            "server.port",
            "user_agent.original",
            "http.request.method_original",
            "error.type");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PURGE", "get"})
  void span_ofAnUnknownMethod_isCalledHttp(String method) {
    Span span = completed(Story.scope(method, "/"), 200);

    assertThat(span.getName()).isEqualTo("HTTP");
    assertThat(attributes(span))
        .containsEntry("http.request.method", "_OTHER")
        .containsEntry("http.request.method_original", method);
  }

  @Test
  void span_ofAMethodThatWasMadeKnown_isCalledLikeIt() {
    Map<String, String> known = Map.of("otel.instrumentation.http.known.methods", "GET,PURGE");

    trace(Story.scope("PURGE", "/"), known, story -> story.completes(200));
    trace(Story.scope("POST", "/"), known, story -> story.completes(200));

    assertThat(collector.spans()).extracting(Span::getName).containsExactly("PURGE", "HTTP");
  }

  @ParameterizedTest(name = "{0} is {1} and {2}")
  @CsvSource({
    "shop.example, shop.example, ",
    "shop.example:80, shop.example, 80",
    "shop.example:, shop.example, ",
    "192.0.2.1:8000, 192.0.2.1, 8000",
    "[2001:db8::1], 2001:db8::1, ",
    "[2001:db8::1]:8000, 2001:db8::1, 8000",
  })
  void server_isWhatTheHostFieldSays(String host, String address, Long port) {
    Map<String, Object> attributes = attributes(completed(Story.get("/", "Host", host), 200));

    assertThat(attributes).containsEntry("server.address", address);
    assertThat(attributes.get("server.port")).isEqualTo(port);
  }

  @ParameterizedTest
  @CsvSource({
    "q=1&sig=s3cret, q=1&sig=REDACTED",
    "Signature=s3cret&AWSAccessKeyId=k&q=1, Signature=REDACTED&AWSAccessKeyId=REDACTED&q=1",
    "X-Goog-Signature=s3cret, X-Goog-Signature=REDACTED",
    "X-Amz-Signature=s3cret, X-Amz-Signature=REDACTED",
    "design=1&nosig=2&a=sig, design=1&nosig=2&a=sig",
  })
  void query_withASignature_isSaidWithoutIt(String query, String said) {
    assertThat(attributes(completed(Story.get("/?" + query), 200)))
        .containsEntry("url.query", said);
  }

  @Test
  void peer_onAUnixSocket_hasNoAddress() {
    trace(tracer -> Story.beginOnUnixSocket(tracer, Story.get("/")).completes(200), Map.of());

    assertThat(attributes(collector.span()))
        .doesNotContainKeys("network.peer.address", "network.peer.port")
        .containsEntry("pounce.connection_id", 42L);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 499})
  void response_thatBlamesTheClient_isNoErrorOfTheServer(int status) {
    Span span = completed(Story.get("/"), status);

    assertThat(span.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);
    assertThat(attributes(span))
        .containsEntry("http.response.status_code", (long) status)
        .doesNotContainKey("error.type");
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503})
  void response_thatBlamesTheServer_isAnError(int status) {
    Span span = completed(Story.get("/"), status);

    assertThat(span.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
    assertThat(span.getStatus().getMessage()).isEmpty();
    assertThat(attributes(span))
        .containsEntry("http.response.status_code", (long) status)
        .containsEntry("error.type", Integer.toString(status));
  }

  @Test
  void request_thatFails_isAnErrorWithItsException() {
    Span span =
        trace(
            Story.get("/"),
            Map.of(),
            story -> story.fails(500, new IllegalStateException("no stock")));

    assertThat(span.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
    assertThat(span.getStatus().getMessage()).isEqualTo("no stock");
    assertThat(attributes(span))
        .containsEntry("http.response.status_code", 500L)
        .containsEntry("error.type", "java.lang.IllegalStateException");
    assertThat(span.getEventsList())
        .singleElement()
        .satisfies(event -> {
          assertThat(event.getName()).isEqualTo("exception");
          assertThat(event.getTimeUnixNano()).isEqualTo(span.getEndTimeUnixNano());
          assertThat(Collector.values(event.getAttributesList()))
              .containsEntry("exception.type", "java.lang.IllegalStateException")
              .containsEntry("exception.message", "no stock")
              .hasEntrySatisfying(
                  "exception.stacktrace",
                  trace ->
                      assertThat(trace.toString())
                          .startsWith("java.lang.IllegalStateException: no stock\n\tat ")
                          .contains(getClass().getName()));
        });
  }

  @Test
  void request_thatFailsBeforeAnythingIsSent_hasNoStatus() {
    Span span = trace(Story.get("/"), Map.of(), story -> story.fails(0, new StackOverflowError()));

    assertThat(attributes(span))
        .containsEntry("error.type", "java.lang.StackOverflowError")
        .doesNotContainKey("http.response.status_code");
    assertThat(Collector.values(span.getEvents(0).getAttributesList()))
        .doesNotContainKey("exception.message");
  }

  @Test
  void request_whoseClientLeaves_isAnError() {
    Span span = trace(Story.get("/"), Map.of(), Story::isLeft);

    assertThat(span.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
    assertThat(attributes(span)).containsEntry("error.type", "client_disconnected");
    assertThat(span.getEventsList()).isEmpty();
  }

  @Test
  void span_lastsFromItsStartToTheEventThatEndsIt() {
    Instant before = Instant.now();
    Instant[] times = new Instant[2];
    Span span =
        trace(
            Story.get("/"),
            Map.of(),
            story -> {
              times[0] = story.begun();
              times[1] = story.ended();
              story.completes(200);
            });

    assertThat(instant(span.getStartTimeUnixNano()))
        .isBetween(before.minusMillis(20), times[0].plusMillis(20));
    assertThat(instant(span.getEndTimeUnixNano())).isEqualTo(times[1]);
  }

  @Test
  void span_ofAWebSocket_namesTheProtocol() {
    trace(tracer -> Story.beginWebSocket(tracer).completes(101), Map.of());

    Span span = collector.spans().getLast();
    assertThat(span.getName()).isEqualTo("GET");
    assertThat(attributes(span))
        .containsEntry("network.protocol.name", "websocket")
        .containsEntry("network.protocol.version", "13")
        .containsEntry("http.response.status_code", 101L);
    assertThat(span.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);
  }

  @Test
  void span_thatEndsBeforeItsStartByAnotherClock_lastsNoTime() {
    Span span =
        trace(
            Story.get("/"),
            Map.of(),
            story -> story.completesAt(story.begun().minus(Duration.ofSeconds(1))));

    assertThat(span.getEndTimeUnixNano()).isEqualTo(span.getStartTimeUnixNano());
  }

  private Span completed(HttpScope scope, int status) {
    return trace(scope, Map.of(), story -> story.completes(status));
  }

  /** The span that arrives when a request has come to its end. */
  private Span trace(HttpScope scope, Map<String, String> properties, Consumer<Story> end) {
    trace(tracer -> end.accept(Story.begin(tracer, scope)), properties);
    return collector.spans().getLast();
  }

  private void trace(Consumer<OpenTelemetryTracer> requests, Map<String, String> properties) {
    ServerConfig config = ServerConfig.builder().otelEndpoint(collector.uri()).build();
    try (OpenTelemetryTracer tracer = OpenTelemetryTracerFactory.create(config, properties)) {
      requests.accept(tracer);
    }
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(
        TimeUnit.NANOSECONDS.toSeconds(nanos), nanos % TimeUnit.SECONDS.toNanos(1));
  }
}
