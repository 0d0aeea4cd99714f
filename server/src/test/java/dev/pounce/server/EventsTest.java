package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static dev.pounce.server.Sample.ECHO;
import static dev.pounce.server.Sample.HELLO;
import static dev.pounce.server.Sample.LONG;
import static dev.pounce.server.Sample.SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.LifecycleCollector;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.testkit.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a server tells of each kind of story. That every story is whole and in order is checked at
 * the end of each test, here and elsewhere, by {@link Story}.
 */
@Timeout(60)
class EventsTest {

  @AutoClose private final ServerLog log = ServerLog.open();

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
      server.story().end();

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

      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.CLIENT_DISCONNECT);
      assertThat(server.story().of(ClientDisconnected.class)).isEmpty();
    }
  }

  @Test
  void idleConnection_endsWithTimeout() throws Exception {
    try (Running server = Running.serve(HELLO, settings -> settings.keepAliveTimeout(SHORT));
        RawClient client = server.connect()) {
      client.send(get("/")).readResponse();

      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.TIMEOUT);
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
