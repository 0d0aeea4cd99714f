package dev.pounce.otel;

import static dev.pounce.otel.Collector.attributes;
import static dev.pounce.otel.Collector.parentId;
import static dev.pounce.otel.Collector.spanId;
import static dev.pounce.otel.Collector.traceId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.server.Server;
import dev.pounce.server.StartupException;
import dev.pounce.server.config.Builder;
import dev.pounce.server.config.Network;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.context.Context;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that is told where to send traces to, its clients and a collector. */
class TracedServerTest {

  private static final Application HELLO = Http.app(_ -> Response.text("Hello\n"));
  private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT_ID = "00f067aa0ba902b7";
  private static final String PARENT = "traceparent: 00-" + TRACE_ID + "-" + PARENT_ID + "-01\r\n";

  private Collector collector;
  private SaidLog log;

  @BeforeEach
  void open() throws IOException {
    log = SaidLog.open();
    collector = Collector.open();
  }

  @AfterEach
  void close() {
    collector.close();
    log.close();
    GlobalOpenTelemetry.resetForTest();
  }

  @Test
  void request_givesASpanThatItsResponseNames() throws Exception {
    RawResponse response;
    try (Server server = start(HELLO);
        RawClient client = RawClient.connect(server.port())) {
      response = client.send(get("/a?b=c", "Host: shop.example\r\n")).readResponse();
    }

    assertThat(response.headers("traceparent"))
        .containsExactly(
            "00-" + traceId(collector.span()) + "-" + spanId(collector.span()) + "-01");
    assertThat(collector.span().getName()).isEqualTo("GET");
    assertThat(attributes(collector.span()))
        .containsEntry("url.path", "/a")
        .containsEntry("url.query", "b=c")
        .containsEntry("http.response.status_code", 200L)
        .containsEntry("network.protocol.version", "1.1")
        .containsEntry("network.peer.address", "127.0.0.1")
        .containsEntry("server.address", "shop.example")
        .containsEntry("pounce.worker_id", 1L)
        .containsKey("pounce.connection_id")
        .containsEntry("pounce.request_id", response.headers("X-Request-ID").getFirst());
  }

  @Test
  void requests_ofOneConnection_giveASpanEach() throws Exception {
    try (Server server = start(HELLO);
        RawClient client = RawClient.connect(server.port())) {
      client.send(get("/1", "Host: a\r\n")).readResponse();
      client.send(get("/2", "Host: a\r\n") + get("/3", "Host: a\r\n"));
      client.readResponse();
      client.readResponse();
    }

    assertThat(collector.spans())
        .extracting(span -> attributes(span).get("url.path"))
        .containsExactlyInAnyOrder("/1", "/2", "/3");
    assertThat(collector.spans())
        .extracting(span -> attributes(span).get("pounce.connection_id"))
        .containsOnly(attributes(collector.spans().getFirst()).get("pounce.connection_id"));
    assertThat(collector.spans()).extracting(Collector::traceId).doesNotHaveDuplicates();
  }

  @Test
  void request_withAParent_continuesItsTrace() throws Exception {
    serve(HELLO, get("/", "Host: a\r\n" + PARENT));

    assertThat(traceId(collector.span())).isEqualTo(TRACE_ID);
    assertThat(parentId(collector.span())).isEqualTo(PARENT_ID);
  }

  @Test
  void handler_thatMakesASpan_makesAChild() throws Exception {
    Application app =
        Http.app(_ -> {
          GlobalOpenTelemetry.getTracer("shop").spanBuilder("look up stock").startSpan().end();
          return Response.text("");
        });

    serve(app, get("/", "Host: a\r\n" + PARENT));

    assertThat(parentId(collector.span("look up stock"))).isEqualTo(spanId(collector.span("GET")));
    assertThat(traceId(collector.span("look up stock"))).isEqualTo(TRACE_ID);
  }

  @Test
  void handler_thatCallsAnotherServer_carriesTheTraceThere() throws Exception {
    try (Server other = start(HELLO);
        HttpClient http = HttpClient.newHttpClient()) {
      Application app =
          Http.app(_ -> {
            HttpRequest.Builder call = HttpRequest.newBuilder(other.uri().resolve("/stock"));
            GlobalOpenTelemetry.getPropagators()
                .getTextMapPropagator()
                .inject(Context.current(), call, HttpRequest.Builder::header);
            return Response.text(http.send(call.build(), BodyHandlers.ofString()).body());
          });
      serve(app, get("/buy", "Host: a\r\n" + PARENT));
    }

    assertThat(parentId(spanOf("/stock"))).isEqualTo(spanId(spanOf("/buy")));
    assertThat(traceId(spanOf("/stock"))).isEqualTo(TRACE_ID);
  }

  @Test
  @SuppressWarnings("MustBeClosedChecker") // that is the point
  void handler_thatLeavesASpanCurrent_doesNotTouchTheNextRequest() throws Exception {
    Application app =
        Http.app(_ -> {
          GlobalOpenTelemetry.getTracer("shop").spanBuilder("endless").startSpan().makeCurrent();
          return Response.text("");
        });
    try (Server server = start(app);
        RawClient client = RawClient.connect(server.port())) {
      client.send(get("/1", "Host: a\r\n")).readResponse();
      client.send(get("/2", "Host: a\r\n")).readResponse();
    }

    assertThat(collector.spans()).hasSize(2).extracting(Collector::parentId).containsOnly("");
  }

  @Test
  void handler_thatThrows_givesASpanWithTheException() throws Exception {
    Application app =
        Http.app(_ -> {
          throw new IllegalStateException("no stock");
        });

    serve(app, get("/", "Host: a\r\n"));

    assertThat(collector.span().getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
    assertThat(attributes(collector.span()))
        .containsEntry("http.response.status_code", 500L)
        .containsEntry("error.type", "java.lang.IllegalStateException");
    assertThat(Collector.values(collector.span().getEvents(0).getAttributesList()))
        .containsEntry("exception.message", "no stock");
  }

  @Test
  void client_thatLeavesInAStream_givesASpanWithThatError() throws Exception {
    Application app =
        Http.app(_ ->
            Response.stream(
                "text/plain",
                out -> {
                  byte[] piece = new byte[1 << 16];
                  while (true) {
                    out.write(piece);
                    out.flush();
                  }
                }));
    try (Server server = start(app)) {
      try (RawClient client = RawClient.connect(server.port())) {
        client.send(get("/", "Host: a\r\n")).readHead();
        client.reset();
      }
    }

    assertThat(collector.span().getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
    assertThat(attributes(collector.span())).containsEntry("error.type", "client_disconnected");
  }

  @Test
  void request_throughATrustedProxy_hasTheClientsAddressAndTheProxysBesideIt() throws Exception {
    Builder config = config(collector.uri()).trustedHosts(List.of(Network.parse("127.0.0.1")));
    try (Server server = start(config, HELLO);
        RawClient client = RawClient.connect(server.port())) {
      client
          .send(
              get(
                  "/",
                  "Host: 10.0.0.1:8000\r\nX-Forwarded-For: 203.0.113.9\r\n"
                      + "X-Forwarded-Proto: https\r\nX-Forwarded-Host: shop.example\r\n"))
          .readResponse();
    }

    assertThat(attributes(collector.span()))
        .containsEntry("client.address", "203.0.113.9")
        .containsEntry("network.peer.address", "127.0.0.1")
        .containsEntry("url.scheme", "https")
        .containsEntry("server.address", "shop.example");
  }

  @Test
  void healthCheckAndRefusedRequest_giveNoSpan() throws Exception {
    try (Server server = start(config(collector.uri()).healthCheckPath("/health"), HELLO)) {
      for (String request : List.of(get("/health", "Host: a\r\n"), "nonsense\r\n\r\n")) {
        try (RawClient client = RawClient.connect(server.port())) {
          client.send(request).readResponse();
        }
      }
      try (RawClient client = RawClient.connect(server.port())) {
        client.send(get("/", "Host: a\r\n")).readResponse();
      }
    }

    assertThat(attributes(collector.span())).containsEntry("url.path", "/");
  }

  @Test
  void collector_thatIsDown_leavesRequestsUntouchedAndIsSaidOnce() throws Exception {
    try (Server server = start(config(nowhere()), HELLO);
        RawClient client = RawClient.connect(server.port())) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.send(get("/", "Host: a\r\n")).readResponse().status()).isEqualTo(200);
      }
    }

    assertThat(log.lines())
        .filteredOn(line -> !line.startsWith("INFO"))
        .singleElement()
        .asString()
        .startsWith("WARNING pounce: Traces are lost: ");
  }

  private Span spanOf(String path) {
    return collector.spans().stream()
        .filter(span -> path.equals(attributes(span).get("url.path")))
        .findFirst()
        .orElseThrow();
  }

  /** Serves one request; all spans have been sent then. */
  private void serve(Application app, String request) throws Exception {
    try (Server server = start(app);
        RawClient client = RawClient.connect(server.port())) {
      client.send(request).readResponse();
    }
  }

  private Server start(Application app) throws StartupException {
    return start(config(collector.uri()), app);
  }

  private static Server start(Builder config, Application app) throws StartupException {
    Server server = new Server(config.build(), app);
    server.start();
    return server;
  }

  private static Builder config(URI endpoint) {
    return ServerConfig.builder().port(0).otelEndpoint(endpoint);
  }

  private static String get(String target, String fields) {
    return "GET " + target + " HTTP/1.1\r\n" + fields + "\r\n";
  }

  private static URI nowhere() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
  }
}
