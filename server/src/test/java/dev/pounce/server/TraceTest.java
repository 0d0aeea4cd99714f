package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Response;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.Trace;
import dev.pounce.observe.log.LogFormat;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.trace.Tracer;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What the server does with a tracer, whoever made it. */
class TraceTest {

  private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN_ID = "b7ad6b7169203331";

  /** Makes the same span for each request, and notes on which thread it is current. */
  private static final class Notes implements Tracer {

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final AtomicBoolean broken = new AtomicBoolean();

    @Override
    public Trace start(HttpScope scope, Instant timestamp) {
      if (broken.get()) {
        throw new IllegalStateException("broken tracer");
      }
      calls.add("start " + scope.path() + " " + scope.headers().first("traceparent"));
      return new Trace() {
        @Override
        public String traceId() {
          return TRACE_ID;
        }

        @Override
        public String spanId() {
          return SPAN_ID;
        }

        @Override
        public boolean sampled() {
          return true;
        }

        @Override
        public Attachment attach() {
          String thread = Thread.currentThread().toString();
          calls.add("attach");
          return () ->
              calls.add(
                  "detach"
                      + (Thread.currentThread().toString().equals(thread) ? "" : " elsewhere"));
        }
      };
    }

    @Override
    public void record(LifecycleEvent event) {
      calls.add(event.getClass().getSimpleName());
    }

    @Override
    public long spansDropped() {
      return 42;
    }

    @Override
    public void close() {
      calls.add("close");
    }
  }

  @Test
  void span_isThereFromBeforeTheApplicationToTheEndOfTheResponse() throws Exception {
    Notes tracer = new Notes();
    Application app =
        Http.app(request -> {
          tracer.calls.add("application");
          return Response.text("Hello!\n");
        });
    try (Running server = Running.serve(app, settings -> {}, tracer);
        RawClient client = server.connect()) {
      client.send(get("/a", "traceparent: 00-1-2-01")).readResponse();
      client.close();
      server.close();

      assertThat(tracer.calls.stream().filter(call -> !call.startsWith("Drain")))
          .containsExactly(
              "ConnectionOpened",
              "start /a 00-1-2-01",
              "RequestStarted",
              "attach",
              "application",
              "detach",
              "ResponseCompleted",
              "ConnectionCompleted");
      assertThat(server.story().of(RequestStarted.class).getFirst().trace().traceId())
          .isEqualTo(TRACE_ID);
    }
  }

  @Test
  void response_tellsTheSpan() throws Exception {
    try (Running server =
            Running.serve(Http.app(r -> Response.text("")), settings -> {}, new Notes());
        RawClient client = server.connect()) {
      assertThat(client.send(get("/")).readResponse().header("traceparent"))
          .contains("00-" + TRACE_ID + "-" + SPAN_ID + "-01");
    }
  }

  @Test
  void response_ofAnApplicationThatTellsItself_isLeftAlone() throws Exception {
    Application app = Http.app(request -> Response.text("").header("traceparent", "its own"));
    try (Running server = Running.serve(app, settings -> {}, new Notes());
        RawClient client = server.connect()) {
      assertThat(client.send(get("/")).readResponse().headers("traceparent"))
          .containsExactly("its own");
    }
  }

  @Test
  void accessLog_hasTheIdsOfTheSpan() throws Exception {
    try (Running server =
            Running.serve(
                Http.app(r -> Response.text("")),
                settings -> settings.logFormat(LogFormat.JSON),
                new Notes());
        RawClient client = server.connect()) {
      client.send(get("/traced")).readResponse();

      assertThat(server.awaitLogged("/traced"))
          .endsWith("\",\"trace_id\":\"" + TRACE_ID + "\",\"span_id\":\"" + SPAN_ID + "\"}");
    }
  }

  @Test
  void lifecycleLog_hasTheIdsOfTheSpan() throws Exception {
    try (Running server =
            Running.serve(
                Http.app(r -> {
                  throw new IllegalStateException("broken");
                }),
                settings -> settings.logFormat(LogFormat.JSON).lifecycleLogging(true),
                new Notes());
        ServerLog _ = ServerLog.open();
        RawClient client = server.connect()) {
      client.send(get("/")).readResponse();

      assertThat(server.awaitLogged("RequestFailed"))
          .contains("\"trace_id\":\"" + TRACE_ID + "\",\"span_id\":\"" + SPAN_ID + "\"");
    }
  }

  @Test
  void metrics_tellHowManySpansWereLost() throws Exception {
    try (Running server =
            Running.serve(
                Http.app(r -> Response.text("")),
                settings -> settings.metricsPath("/metrics"),
                new Notes());
        RawClient client = server.connect()) {
      assertThat(client.send(get("/metrics")).readResponse().text())
          .contains("pounce_spans_dropped_total 42\n");
    }
  }

  @Test
  void healthCheck_hasNoSpan() throws Exception {
    Notes tracer = new Notes();
    try (Running server =
            Running.serve(
                Http.app(r -> Response.text("")),
                settings -> settings.healthCheckPath("/health"),
                tracer);
        RawClient client = server.connect()) {
      RawResponse health = client.send(get("/health")).readResponse();

      assertThat(health.headers("traceparent")).isEmpty();
      assertThat(tracer.calls).noneMatch(call -> call.startsWith("start"));
    }
  }

  @Test
  void tracerThatThrows_harmsNoRequest() throws Exception {
    Notes tracer = new Notes();
    tracer.broken.set(true);
    try (ServerLog log = ServerLog.open();
        Running server = Running.serve(Http.app(r -> Response.text("")), settings -> {}, tracer);
        RawClient client = server.connect()) {
      RawResponse response = client.send(get("/")).readResponse();

      assertThat(response.status()).isEqualTo(200);
      assertThat(response.headers("traceparent")).isEmpty();
      assertThat(log.messages()).contains("A request is not traced: the tracer failed");
    }
  }

  @Test
  void endpointWithoutTheModule_isSaidAtTheStart() {
    ServerConfig config =
        ServerConfig.builder().port(0).otelEndpoint(URI.create("http://localhost:4318")).build();
    try (Server server = new Server(config, Http.app(r -> Response.text("")))) {
      assertThatThrownBy(server::start)
          .isInstanceOf(StartupException.class)
          .hasMessage(
              "otel-endpoint: http://localhost:4318"
                  + " (expected: pounce-otel on the class path or module path)");
    }
  }

  @Test
  void serverTiming_isOffByDefault() throws Exception {
    try (Running server = Running.serve(Http.app(r -> Response.text("")));
        RawClient client = server.connect()) {
      assertThat(client.send(get("/")).readResponse().headers("server-timing")).isEmpty();
    }
  }

  @Test
  void serverTiming_tellsHowLongTheApplicationTook() throws Exception {
    Application app = Http.app(request -> Response.text("").header("server-timing", "db;dur=1"));
    try (Running server = Running.serve(app, settings -> settings.serverTiming(true));
        RawClient client = server.connect()) {
      List<String> timing = client.send(get("/")).readResponse().headers("server-timing");

      assertThat(timing).hasSize(2).contains("db;dur=1");
      assertThat(timing).anyMatch(value -> value.matches("app;dur=\\d+\\.\\d{3}"));
    }
  }
}
