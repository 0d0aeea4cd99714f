package dev.pounce.server;

import static dev.pounce.server.Sockets.ACCEPT;
import static dev.pounce.server.Sockets.say;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.WebSocketClose;
import dev.pounce.app.WebSocketReceive;
import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.observe.metrics.PrometheusCollector;
import dev.pounce.server.config.ByteSize;
import dev.pounce.server.websocket.Echo;
import dev.pounce.server.websocket.FrameClient;
import dev.pounce.server.websocket.Frames;
import dev.pounce.testkit.RawClient;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server tells of a WebSocket: in events, in metrics and in the access log. */
@Timeout(60)
class WebSocketEventsTest {

  private final PrometheusCollector metrics = new PrometheusCollector();
  @AutoClose private final ServerLog log = ServerLog.open();

  private Running serve(Application app) throws StartupException {
    return Running.serve(app, settings -> {}, metrics);
  }

  @Test
  void webSocket_isOneRequestThatIsCompletedWithItsClose() throws Exception {
    try (Running server = serve(Echo::handle)) {
      String id;
      try (FrameClient client = FrameClient.open(server, "/chat?room=1")) {
        id = client.head().header("X-Request-ID").orElseThrow();
        assertThat(client.text("12345").hear()).isEqualTo("text 12345");
        assertThat(client.send(Frames.of().binary(new byte[1000])).hear()).startsWith("binary");
        assertThat(server.story().of(ResponseCompleted.class)).isEmpty();
        assertThat(metrics.snapshot().requestsInFlight()).isOne();
        client.send(Frames.of().close(1000, ""));
        assertThat(client.hear()).isEqualTo("close 1000 ");
      }
      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.COMPLETE);

      assertThat(server.story().names())
          .containsExactly(
              "ConnectionOpened", "RequestStarted", "ResponseCompleted", "ConnectionCompleted");
      RequestStarted started = server.story().of(RequestStarted.class).getFirst();
      assertThat(started.protocol()).isEqualTo(Protocol.WEBSOCKET);
      assertThat(started.method()).isEqualTo("GET");
      assertThat(started.path()).isEqualTo("/chat");
      assertThat(started.requestId()).hasToString(id);
      ResponseCompleted completed = server.story().of(ResponseCompleted.class).getFirst();
      assertThat(completed.status()).isEqualTo(101);
      assertThat(completed.bytesSent()).isEqualTo(1005);
      assertThat(completed.request()).isSameAs(started);
      assertThat(server.awaitLogged("/chat"))
          .matches(
              ".* - \"GET /chat HTTP/1.1\" 101 1005 \\d+\\.\\dms \\[" + id.substring(0, 12) + "]");
      assertThat(metrics.export())
          .contains("http_requests_total{method=\"GET\",status=\"101\"} 1")
          .contains("http_request_duration_seconds_count 0")
          .contains("http_bytes_sent_total 1005")
          .contains("http_requests_in_flight 0");
    }
  }

  @Test
  void client_vanishes_isClientDisconnected() throws Exception {
    try (Running server = serve(Echo::handle)) {
      FrameClient client = FrameClient.open(server, "/");
      assertThat(client.text("12345").hear()).isEqualTo("text 12345");
      client.raw().reset();

      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.CLIENT_DISCONNECT);
      ClientDisconnected left = server.story().of(ClientDisconnected.class).getFirst();
      assertThat(left.duringStreaming()).isTrue();
      assertThat(left.bytesSent()).isEqualTo(5);
    }
  }

  @Test
  void client_vanishesBeforeTheAnswer_isClientDisconnectedWith499() throws Exception {
    CountDownLatch called = new CountDownLatch(1);
    try (Running server =
        serve(
            Sockets.app((scope, receive, send) -> {
              receive.receive();
              called.countDown();
              receive.receive();
              say(send, "the contract was broken, and nobody is there to mind");
            }))) {
      RawClient client = server.connect().send(FrameClient.handshake("/gone"));
      Await.latch("the application has it", called);
      client.reset();

      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.CLIENT_DISCONNECT);
      assertThat(server.story().of(ClientDisconnected.class).getFirst().duringStreaming())
          .isFalse();
      assertThat(server.awaitLogged("/gone")).contains("\" 499 0 ");
    }
  }

  @Test
  void application_throws_isRequestFailed() throws Exception {
    IllegalStateException thrown = new IllegalStateException("out of words");
    try (Running server =
        serve(
            Sockets.app((scope, receive, send) -> {
              send.send(ACCEPT);
              throw thrown;
            }))) {
      try (FrameClient client = FrameClient.open(server, "/")) {
        assertThat(client.hear()).isEqualTo("close 1011 ");
        client.send(Frames.of().close(1011, ""));
      }
      RequestFailed failed = server.story().await(RequestFailed.class);
      assertThat(failed.error()).isSameAs(thrown);
      assertThat(failed.status()).isEqualTo(101);
    }
  }

  @Test
  void refusal_isAResponse() throws Exception {
    try (Running server =
        serve(Sockets.app((scope, receive, send) -> send.send(new WebSocketClose(1000, ""))))) {
      try (RawClient client = server.connect()) {
        client.send(FrameClient.handshake("/no")).readResponse();
      }
      ResponseCompleted completed = server.story().await(ResponseCompleted.class);
      assertThat(completed.status()).isEqualTo(403);
      assertThat(completed.bytesSent()).isEqualTo("Forbidden\n".length());
      assertThat(server.awaitLogged("/no")).contains("\" 403 10 ");
    }
  }

  @Test
  void client_breaksTheProtocol_isRejectedInTheMiddle() throws Exception {
    try (Running server = serve(Echo::handle)) {
      try (FrameClient client = FrameClient.open(server, "/")) {
        client.send(Frames.of().hex("81 05 48 65 6c 6c 6f"));
        assertThat(client.hear()).startsWith("close 1002");
      }
      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.ERROR);
      assertThat(server.story().names())
          .containsExactly(
              "ConnectionOpened",
              "RequestStarted",
              "RequestRejected",
              "ResponseCompleted",
              "ConnectionCompleted");
      RequestRejected rejected = server.story().of(RequestRejected.class).getFirst();
      assertThat(rejected.reason()).isEqualTo(RequestRejected.Reason.MALFORMED);
      assertThat(rejected.status()).isEqualTo(101);
    }
    assertThat(log.messages()).noneMatch(line -> line.startsWith("Request failed"));
  }

  @Test
  void message_tooLarge_isRejectedAsThat() throws Exception {
    try (Running server =
        Running.serve(Echo::handle, s -> s.websocketMaxMessageSize(ByteSize.of(4)))) {
      try (FrameClient client = FrameClient.open(server, "/")) {
        assertThat(client.text("12345").hear()).startsWith("close 1009");
      }
      assertThat(server.story().await(RequestRejected.class).reason())
          .isEqualTo(RequestRejected.Reason.TOO_LARGE);
    }
  }

  @Test
  void webSocket_thatLasts_isNotSlow() throws Exception {
    try (Running server =
        Running.serve(
            Sockets.app((scope, receive, send) -> {
              send.send(ACCEPT);
              receive.receive();
              while (receive.receive() instanceof WebSocketReceive) {
                say(send, "more");
              }
            }),
            settings ->
                settings.lifecycleLogging(true).logSlowRequestsThreshold(Duration.ofMillis(1)))) {
      try (FrameClient client = FrameClient.open(server, "/")) {
        assertThat(client.text("a").hear()).isEqualTo("text more");
        assertThat(client.send(Frames.of().close(1000, "")).hear()).startsWith("close");
      }
      server.story().await(ConnectionCompleted.class);
      server.awaitLogged("\" 101 4 ");
      assertThat(server.logged()).noneMatch(line -> line.contains("'slow'"));
    }
  }
}
