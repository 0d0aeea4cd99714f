package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static dev.pounce.server.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Headers;
import dev.pounce.app.Http;
import dev.pounce.app.HttpDisconnect;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Response;
import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.DrainCompleted;
import dev.pounce.observe.DrainStarted;
import dev.pounce.observe.LifecycleCollector;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.server.config.ByteSize;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a server tells of each kind of story. That every story is whole and in order is checked at
 * the end of each test, here and elsewhere, by {@link Story}.
 */
@Timeout(60)
class EventsTest {

  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofMinutes(1);

  /** The kernel's buffers for a connection end at 40 megabytes or less. */
  private static final int MORE_THAN_SOCKETS_HOLD = 60_000_000;

  private static final HttpResponseStart OK = new HttpResponseStart(200, Headers.none());

  private static final Application HELLO = Http.app(request -> Response.text("Hello!\n"));

  private static final Application ECHO =
      Http.app(request -> Response.bytes("application/octet-stream", request.bytes()));

  private ServerLog log;

  @BeforeEach
  void listen() {
    log = ServerLog.open();
  }

  @AfterEach
  void stopListening() {
    log.close();
  }

  private static ConnectionCompleted.Reason endOf(Running server) throws Exception {
    return server.story().await(ConnectionCompleted.class).reason();
  }

  @Test
  void keptConnection_isOneStoryWithAllItsRequests() throws Exception {
    try (Running server = Running.serve(HELLO)) {
      Instant before = Instant.now();
      String id;
      int port;
      try (RawClient client = server.connect()) {
        port = client.socket().getLocalPort();
        id = client.send(get("/a?b")).readResponse().header("X-Request-ID").orElseThrow();
        client.send("HEAD /c HTTP/1.1\r\nHost: h\r\n\r\n").readHead();
      }
      ConnectionCompleted end = server.story().await(ConnectionCompleted.class);

      assertThat(server.story().names())
          .containsExactly(
              "ConnectionOpened",
              "RequestStarted",
              "ResponseCompleted",
              "RequestStarted",
              "ResponseCompleted",
              "ConnectionCompleted");
      ConnectionOpened opened = server.story().of(ConnectionOpened.class).getFirst();
      assertThat(opened.timestamp()).isBetween(before.minusMillis(1), Instant.now());
      assertThat(opened)
          .isEqualTo(
              new ConnectionOpened(
                  opened.connectionId(),
                  1,
                  "127.0.0.1",
                  port,
                  "127.0.0.1",
                  server.port(),
                  Protocol.H1,
                  opened.timestamp()));
      RequestStarted started = server.story().of(RequestStarted.class).getFirst();
      assertThat(started.connection()).isSameAs(opened);
      assertThat(started.requestId()).hasToString(id);
      assertThat(started.method()).isEqualTo("GET");
      assertThat(started.path()).isEqualTo("/a");
      assertThat(started.httpVersion()).isEqualTo("1.1");
      assertThat(started.trace()).isNull();
      ResponseCompleted completed = server.story().of(ResponseCompleted.class).getFirst();
      assertThat(completed.request()).isSameAs(started);
      assertThat(completed.status()).isEqualTo(200);
      assertThat(completed.bytesSent()).isEqualTo(7);
      assertThat(completed.duration()).isPositive();
      assertThat(server.story().of(ResponseCompleted.class).getLast().bytesSent()).isZero();
      assertThat(end.requestsServed()).isEqualTo(2);
      assertThat(end.totalBytesSent()).isEqualTo(7);
      assertThat(end.reason()).isEqualTo(ConnectionCompleted.Reason.COMPLETE);
      assertThat(end.duration()).isGreaterThan(completed.duration());
    }
  }

  @ParameterizedTest(name = "{0} collectors")
  @ValueSource(ints = {0, 1})
  void eventsOfAConnection_areMadeOnlyIfSomebodyCollectsThem(int collectors) throws Exception {
    String opened = ConnectionOpened.class.getName();
    LifecycleCollector[] all = new LifecycleCollector[collectors];
    Arrays.fill(all, (LifecycleCollector) event -> {});
    ServerConfig config = ServerConfig.builder().port(0).build();
    try (Server server = new Server(config, HELLO, all)) {
      server.start();
      int before = Instances.live(opened);
      try (RawClient client = RawClient.connect(server.port())) {
        client.send(get("/")).readResponse();

        assertThat(Instances.live(opened)).isEqualTo(before + collectors);
      }
    }
  }

  @Test
  void timestampsOfAStory_neverGoBack() throws Exception {
    try (Running server = Running.serve(HELLO)) {
      try (RawClient client = server.connect()) {
        client.send(get("/").repeat(5));
        for (int i = 0; i < 5; i++) {
          client.readResponse();
        }
      }
      endOf(server);

      assertThat(server.story().events()).extracting(LifecycleEvent::timestamp).isSorted();
    }
  }

  @Test
  void pipelinedRequests_areStartedAndCompletedEach() throws Exception {
    try (Running server = Running.serve(HELLO)) {
      try (RawClient client = server.connect()) {
        client.send(get("/").repeat(20));
        for (int i = 0; i < 20; i++) {
          client.readResponse();
        }
      }

      assertThat(server.story().await(ConnectionCompleted.class).requestsServed()).isEqualTo(20);
      assertThat(server.story().of(RequestStarted.class)).hasSize(20);
    }
  }

  @Test
  void connectionOnAUnixSocket_hasTheSocketsPath(@TempDir Path directory) throws Exception {
    Path socket = directory.resolve("s");
    Story story = new Story();
    ServerConfig config = ServerConfig.builder().uds(socket).build();
    try (Server server = new Server(config, HELLO, story)) {
      server.start();
      int exit =
          new ProcessBuilder("curl", "-s", "--unix-socket", socket.toString(), "http://h/")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      assertThat(exit).isZero();
    }
    story.assertPromiseKept();

    ConnectionOpened opened = story.of(ConnectionOpened.class).getFirst();
    assertThat(opened.clientAddr()).isEqualTo("unix");
    assertThat(opened.clientPort()).isZero();
    assertThat(opened.serverAddr()).isEqualTo(socket.toString());
    assertThat(opened.serverPort()).isZero();
    assertThat(Files.exists(socket)).isFalse();
  }

  @Test
  void healthCheck_isNoEventOfARequest() throws Exception {
    try (Running server = Running.serve(HELLO, settings -> settings.healthCheckPath("/health"))) {
      try (RawClient client = server.connect()) {
        client.send(get("/health")).readResponse();
      }
      ConnectionCompleted end = server.story().await(ConnectionCompleted.class);

      assertThat(server.story().names()).containsExactly("ConnectionOpened", "ConnectionCompleted");
      assertThat(end.requestsServed()).isZero();
      assertThat(end.totalBytesSent()).isZero();
      assertThat(end.reason()).isEqualTo(ConnectionCompleted.Reason.COMPLETE);
    }
  }

  @Test
  void clientThatAsksForNothing_disconnects() throws Exception {
    try (Running server = Running.serve(HELLO)) {
      server.connect().close();

      assertThat(endOf(server)).isEqualTo(ConnectionCompleted.Reason.CLIENT_DISCONNECT);
      assertThat(server.story().of(ClientDisconnected.class)).isEmpty();
    }
  }

  @Test
  void idleConnection_endsWithTimeout() throws Exception {
    try (Running server = Running.serve(HELLO, settings -> settings.keepAliveTimeout(SHORT));
        RawClient client = server.connect()) {
      client.send(get("/")).readResponse();

      assertThat(endOf(server)).isEqualTo(ConnectionCompleted.Reason.TIMEOUT);
      assertThat(server.story().of(RequestRejected.class)).isEmpty();
    }
  }

  @Test
  void idleConnectionOfADrain_endsComplete() throws Exception {
    Story story;
    try (Running server = Running.serve(HELLO, settings -> settings.keepAliveTimeout(LONG));
        RawClient client = server.connect()) {
      story = server.story();
      client.send(get("/")).readResponse();
      server.close();
    }

    assertThat(story.of(ConnectionCompleted.class))
        .extracting(ConnectionCompleted::reason)
        .containsExactly(ConnectionCompleted.Reason.COMPLETE);
  }

  @ParameterizedTest(name = "{0}: {2} {3}")
  @CsvSource({
    "malformed,       'GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n',               400, MALFORMED",
    "unread,          'NONSENSE\r\n\r\n',                                           400, MALFORMED",
    "version,         'GET / HTTP/2.7\r\nHost: h\r\n\r\n',                          505, MALFORMED",
    "large body,      'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n',  413, TOO_LARGE",
    "long line,       'GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 414, TOO_LARGE",
    "many fields,     'GET / HTTP/1.1\r\nHost: h\r\na: b\r\nc: d\r\ne: f\r\n\r\n',  431, TOO_LARGE",
    "head that stops, 'GET / HTTP/1.1\r\nHo',                                       408, TIMEOUT",
  })
  void refusal_isARejection(String name, String sent, int status, RequestRejected.Reason reason)
      throws Exception {
    try (Running server =
            Running.serve(
                HELLO,
                settings ->
                    settings
                        .maxRequestSize(ByteSize.of(100))
                        .maxRequestLine(ByteSize.of(64))
                        .maxHeaders(3)
                        .headerTimeout(SHORT));
        RawClient client = server.connect()) {
      RawResponse response = client.send(sent).readResponse();
      RequestRejected rejected = server.story().await(RequestRejected.class);

      assertThat(response.status()).isEqualTo(status);
      assertThat(rejected.status()).isEqualTo(status);
      assertThat(rejected.reason()).isEqualTo(reason);
      assertThat(rejected.bytesSent()).isEqualTo(response.body().length);
      assertThat(rejected.requestId()).hasToString(response.header("X-Request-ID").orElseThrow());
      client.close();
      assertThat(endOf(server))
          .isEqualTo(
              reason == RequestRejected.Reason.TIMEOUT
                  ? ConnectionCompleted.Reason.TIMEOUT
                  : ConnectionCompleted.Reason.ERROR);
      assertThat(server.story().of(RequestStarted.class)).isEmpty();
    }
  }

  @Test
  void oneConnectionTooMany_isRejectedForBackpressure() throws Exception {
    try (Running server = Running.serve(HELLO, settings -> settings.maxConnections(1));
        RawClient first = server.connect()) {
      first.send(get("/")).readResponse();
      try (RawClient second = server.connect()) {
        assertThat(second.send(get("/")).readResponse().status()).isEqualTo(503);
      }

      RequestRejected rejected = server.story().await(RequestRejected.class);
      assertThat(rejected.reason()).isEqualTo(RequestRejected.Reason.OVER_LIMIT);
      assertThat(endOf(server)).isEqualTo(ConnectionCompleted.Reason.BACKPRESSURE);
    }
  }

  @Test
  void chunksBeyondTheLimit_areRejectedAndTheResponseCompletes() throws Exception {
    try (Running server =
        Running.serve(ECHO, settings -> settings.maxRequestSize(ByteSize.of(10)))) {
      RawResponse response;
      try (RawClient client = server.connect()) {
        response =
            client
                .send("POST /up HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
                .send("20\r\n" + "a".repeat(32) + "\r\n0\r\n\r\n")
                .readResponse();
      }
      assertThat(endOf(server)).isEqualTo(ConnectionCompleted.Reason.ERROR);

      assertThat(server.story().names())
          .containsExactly(
              "ConnectionOpened",
              "RequestStarted",
              "RequestRejected",
              "ResponseCompleted",
              "ConnectionCompleted");
      RequestRejected rejected = server.story().await(RequestRejected.class);
      ResponseCompleted completed = server.story().await(ResponseCompleted.class);
      assertThat(rejected.reason()).isEqualTo(RequestRejected.Reason.TOO_LARGE);
      assertThat(rejected.path()).isEqualTo("/up");
      assertThat(rejected.requestId()).isEqualTo(completed.request().requestId());
      assertThat(completed.status()).isEqualTo(413).isEqualTo(response.status());
      assertThat(completed.bytesSent()).isEqualTo(response.body().length);
    }
  }

  @Test
  void malformedBodyOfARequestThatIsBeingAnswered_failsIt() throws Exception {
    Application app =
        (scope, receive, send) -> {
          if (scope instanceof HttpScope) {
            send.send(OK);
            send.send(new HttpResponseBody(new byte[10], true));
            while (!(receive.receive() instanceof HttpDisconnect)) {
              // until it turns out malformed
            }
          }
        };
    try (Running server = Running.serve(app);
        RawClient client = server.connect()) {
      client
          .send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
          .send("5\r\nabcde\r\nnonsense\r\n");
      client.readHead();
      assertThat(client.readChunk()).hasSize(10);
      RequestFailed failed = server.story().await(RequestFailed.class);

      assertThat(server.story().await(RequestRejected.class).reason())
          .isEqualTo(RequestRejected.Reason.MALFORMED);
      assertThat(failed.status()).isEqualTo(200);
      assertThat(failed.bytesSent()).isEqualTo(10);
      assertThat(failed.error()).isInstanceOf(Refusal.class);
      assertThat(endOf(server)).isEqualTo(ConnectionCompleted.Reason.ERROR);
    }
  }

  @Test
  void applicationThatThrows_fails_andTheConnectionGoesOn() throws Exception {
    IllegalStateException thrown = new IllegalStateException("broken");
    Application app =
        Http.app(request -> {
          if (request.path().equals("/bad")) {
            throw thrown;
          }
          return Response.text("good");
        });
    try (Running server = Running.serve(app)) {
      try (RawClient client = server.connect()) {
        assertThat(client.send(get("/bad")).readResponse().status()).isEqualTo(500);
        assertThat(client.send(get("/")).readResponse().status()).isEqualTo(200);
      }
      ConnectionCompleted end = server.story().await(ConnectionCompleted.class);

      RequestFailed failed = server.story().await(RequestFailed.class);
      assertThat(failed.error()).isSameAs(thrown);
      assertThat(failed.status()).isEqualTo(500);
      assertThat(failed.request().path()).isEqualTo("/bad");
      assertThat(end.requestsServed()).isEqualTo(1);
      assertThat(end.reason()).isEqualTo(ConnectionCompleted.Reason.COMPLETE);
    }
  }

  @Test
  void applicationThatThrowsInTheMiddle_failsWithWhatTheClientGot() throws Exception {
    Application app =
        (scope, receive, send) -> {
          if (scope instanceof HttpScope) {
            send.send(OK);
            send.send(new HttpResponseBody(new byte[1_000], true));
            throw new IllegalStateException("broken");
          }
        };
    try (Running server = Running.serve(app);
        RawClient client = server.connect()) {
      client.send(get("/")).readHead();
      assertThat(client.readChunk()).hasSize(1_000);
      assertThat(client.isClosedByServer()).isTrue();

      RequestFailed failed = server.story().await(RequestFailed.class);
      assertThat(failed.status()).isEqualTo(200);
      assertThat(failed.bytesSent()).isEqualTo(1_000);
      assertThat(failed.error()).hasMessage("broken");
      assertThat(endOf(server)).isEqualTo(ConnectionCompleted.Reason.ERROR);
    }
  }

  @Test
  void applicationThatTakesTooLong_failsWithATimeout() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Application app =
        Http.app(request -> {
          never.await();
          return Response.text("late");
        });
    try (Running server = Running.serve(app, settings -> settings.requestTimeout(SHORT));
        RawClient client = server.connect()) {
      RawResponse response = client.send(get("/")).readResponse();
      client.close();
      RequestFailed failed = server.story().await(RequestFailed.class);

      assertThat(failed.status()).isEqualTo(504).isEqualTo(response.status());
      assertThat(failed.bytesSent()).isEqualTo(response.body().length);
      assertThat(failed.error()).isInstanceOf(TimeoutException.class);
      assertThat(endOf(server)).isEqualTo(ConnectionCompleted.Reason.TIMEOUT);
    }
  }

  @Test
  void clientThatDoesNotRead_failsWithATimeout() throws Exception {
    try (Running server = Running.serve(endless(), settings -> settings.writeTimeout(SHORT));
        RawClient client = server.connect()) {
      client.send(get("/"));
      RequestFailed failed = server.story().await(RequestFailed.class);

      assertThat(failed.status()).isEqualTo(200);
      assertThat(failed.error())
          .isInstanceOf(TimeoutException.class)
          .hasMessage("a write waited 300 ms for the client");
      assertThat(endOf(server)).isEqualTo(ConnectionCompleted.Reason.TIMEOUT);
    }
  }

  @Test
  void clientThatLeavesInTheMiddleOfAHead_disconnectsFromNoRequest() throws Exception {
    try (Running server = Running.serve(HELLO)) {
      try (RawClient client = server.connect()) {
        client.send("GET / HTTP/1.1\r\nHo");
        server.story().await(ConnectionOpened.class);
      }
      ClientDisconnected left = server.story().await(ClientDisconnected.class);

      assertThat(left.request()).isNull();
      assertThat(left.duringStreaming()).isFalse();
      assertThat(endOf(server)).isEqualTo(ConnectionCompleted.Reason.CLIENT_DISCONNECT);
    }
  }

  @Test
  void clientThatLeavesInTheMiddleOfABody_disconnectsFromItsRequest() throws Exception {
    try (Running server = Running.serve(ECHO)) {
      try (RawClient client = server.connect()) {
        client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
        server.story().await(RequestStarted.class);
      }
      ClientDisconnected left = server.story().await(ClientDisconnected.class);

      assertThat(left.request()).isSameAs(server.story().of(RequestStarted.class).getFirst());
      assertThat(left.duringStreaming()).isFalse();
      assertThat(left.bytesSent()).isZero();
      assertThat(endOf(server)).isEqualTo(ConnectionCompleted.Reason.CLIENT_DISCONNECT);
    }
  }

  @Test
  void clientThatHasLeftWhenItsResponseIsWritten_disconnects() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(1);
    Application app =
        Http.app(request -> {
          started.countDown();
          left.await();
          return Response.text("for nobody");
        });
    try (Running server = Running.serve(app)) {
      RawClient client = server.connect();
      client.send(get("/"));
      Await.latch("the handler", started);
      client.reset();
      left.countDown();

      assertThat(server.story().await(ClientDisconnected.class).bytesSent()).isZero();
      assertThat(endOf(server)).isEqualTo(ConnectionCompleted.Reason.CLIENT_DISCONNECT);
    }
  }

  @Test
  void clientThatLeavesInTheMiddleOfAResponse_disconnectsDuringStreaming() throws Exception {
    try (Running server = Running.serve(endless())) {
      int got;
      try (RawClient client = server.connect()) {
        client.send(get("/")).readHead();
        got = client.readChunk().length;
      }
      ClientDisconnected left = server.story().await(ClientDisconnected.class);

      assertThat(left.duringStreaming()).isTrue();
      assertThat(left.bytesSent()).isGreaterThanOrEqualTo(got);
      assertThat(endOf(server)).isEqualTo(ConnectionCompleted.Reason.CLIENT_DISCONNECT);
    }
  }

  @Test
  void forcedShutdown_failsWhatItCuts_withTheBytesThatTheClientGot() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Application app =
        (scope, receive, send) -> {
          if (scope instanceof HttpScope) {
            send.send(OK);
            send.send(new HttpResponseBody(new byte[12_345], true));
            never.await();
          }
        };
    Story story;
    try (Running server = Running.serve(app, settings -> settings.shutdownTimeout(SHORT));
        RawClient client = server.connect()) {
      story = server.story();
      client.send(get("/")).readHead();
      assertThat(client.readChunk()).hasSize(12_345);
      server.close();
      assertThat(client.isClosedByServer()).isTrue();
    }

    RequestFailed failed = story.of(RequestFailed.class).getFirst();
    assertThat(failed.bytesSent()).isEqualTo(12_345);
    assertThat(failed.status()).isEqualTo(200);
    assertThat(story.of(ConnectionCompleted.class).getFirst().reason())
        .isEqualTo(ConnectionCompleted.Reason.ERROR);
    assertThat(story.of(DrainStarted.class).getFirst().activeRequests()).isEqualTo(1);
    assertThat(story.of(DrainCompleted.class).getFirst().requestsCut()).isEqualTo(1);
    assertThat(story.of(DrainCompleted.class).getFirst().duration()).isGreaterThanOrEqualTo(SHORT);
  }

  @Test
  void forcedShutdownInTheMiddleOfAWrite_countsWhatTheKernelTook() throws Exception {
    byte[] body = new byte[MORE_THAN_SOCKETS_HOLD];
    Application app = Http.app(request -> Response.bytes("application/octet-stream", body));
    Story story;
    Wire wire;
    try (Running server = Running.serve(app, settings -> settings.shutdownTimeout(SHORT));
        RawClient client = server.connect()) {
      story = server.story();
      client.send(get("/"));
      story.await(RequestStarted.class);
      server.close();
      wire = new Wire(client);
      wire.readUntil(() -> false);
    }

    assertThat(wire.responses()).isZero();
    assertThat(wire.bytes()).isPositive();
    assertThat(story.of(RequestFailed.class).getFirst().bytesSent()).isEqualTo(wire.bytes());
  }

  @Test
  void requestOfADrain_isRejected() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Application app =
        Http.app(request -> {
          started.countDown();
          release.await();
          return Response.text("done");
        });
    Story story;
    try (Running server = Running.serve(app);
        RawClient first = server.connect()) {
      story = server.story();
      first.send(get("/"));
      Await.latch("the handler", started);
      Thread stop = Thread.ofPlatform().start(server::close);
      Await.until("the drain", () -> !story.of(DrainStarted.class).isEmpty());
      try (RawClient late = server.connect()) {
        assertThat(late.send(post("/late", "")).readResponse().status()).isEqualTo(503);
      }
      release.countDown();
      assertThat(first.readResponse().status()).isEqualTo(200);
      first.close();
      stop.join();
    }

    RequestRejected rejected = story.of(RequestRejected.class).getFirst();
    assertThat(rejected.reason()).isEqualTo(RequestRejected.Reason.DRAINING);
    assertThat(rejected.method()).isEqualTo("POST");
    assertThat(rejected.path()).isEqualTo("/late");
    assertThat(story.of(DrainCompleted.class).getFirst().requestsCut()).isZero();
  }

  @Test
  void collectorThatThrows_harmsNoRequestAndNoOtherCollector() throws Exception {
    LifecycleCollector broken =
        event -> {
          throw new AssertionError("broken collector");
        };
    Story story = new Story();
    ServerConfig config = ServerConfig.builder().port(0).build();
    try (Server server = new Server(config, HELLO, broken, story)) {
      server.start();
      try (RawClient client = RawClient.connect(server.port())) {
        assertThat(client.send(get("/")).readResponse().status()).isEqualTo(200);
      }
    }

    story.assertPromiseKept();
    assertThat(story.of(ResponseCompleted.class)).hasSize(1);
    assertThat(log.messages().stream().filter(said -> said.contains("collector failed")))
        .hasSize(1);
  }

  private static Application endless() {
    return (scope, receive, send) -> {
      if (scope instanceof HttpScope) {
        send.send(OK);
        while (true) {
          send.send(new HttpResponseBody(new byte[32_768], true));
        }
      }
    };
  }

  @Test
  void accessLog_hasALineForEveryEndOfARequest() throws Exception {
    List<String> lines;
    try (Running server = Running.serve(ECHO)) {
      try (RawClient client = server.connect()) {
        client.send(get("/1")).readResponse();
        client.send("BAD\r\n\r\n").readResponse();
      }
      try (RawClient client = server.connect()) {
        client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
        Await.until("two requests", () -> server.story().of(RequestStarted.class).size() == 2);
      }
      server.story().await(ClientDisconnected.class);
      server.close();
      lines = server.logged();
    }

    assertThat(lines).hasSize(3);
  }
}
