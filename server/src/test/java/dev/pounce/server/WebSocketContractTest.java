package dev.pounce.server;

import static dev.pounce.server.Sockets.ACCEPT;
import static dev.pounce.server.Sockets.say;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.ContractException;
import dev.pounce.app.DisconnectedException;
import dev.pounce.app.Headers;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.Inbound;
import dev.pounce.app.Outbound;
import dev.pounce.app.Receive;
import dev.pounce.app.Scope;
import dev.pounce.app.Send;
import dev.pounce.app.WebSocketAccept;
import dev.pounce.app.WebSocketClose;
import dev.pounce.app.WebSocketConnect;
import dev.pounce.app.WebSocketDisconnect;
import dev.pounce.app.WebSocketReceive;
import dev.pounce.app.WebSocketScope;
import dev.pounce.app.WebSocketSend;
import dev.pounce.server.websocket.Echo;
import dev.pounce.server.websocket.FrameClient;
import dev.pounce.server.websocket.Frames;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an application may do with a WebSocket, and what a client sees of it. */
@Timeout(60)
class WebSocketContractTest {

  private final Queue<Object> seen = new ConcurrentLinkedQueue<>();
  @AutoClose private final ServerLog log = ServerLog.open();

  private static Running serve(Application app) throws StartupException {
    return Running.serve(Sockets.app(app));
  }

  /** Sends a message, and notes what comes of it. */
  private void attempt(Send send, Outbound message) {
    seen.add(Sockets.outcome(send, message));
  }

  /** What an application sees, and a client that does nothing but close when it is asked to. */
  private static String closeOf(FrameClient client) throws IOException {
    String close = client.hear();
    client.send(Frames.of().close(1000, ""));
    return close;
  }

  @Test
  void scope_saysWhatTheClientAskedFor() throws Exception {
    try (Running server =
            serve((scope, receive, send) -> {
              seen.add(scope);
              send.send(ACCEPT);
            });
        FrameClient client =
            FrameClient.open(
                server, "/a%20b?x=1", "Sec-WebSocket-Protocol: chat, superchat", "X-A: b")) {
      assertThat(closeOf(client)).startsWith("close 1000");
      WebSocketScope scope = (WebSocketScope) seen.remove();
      assertThat(scope.path()).isEqualTo("/a b");
      assertThat(scope.rawPath()).isEqualTo("/a%20b");
      assertThat(scope.queryString()).isEqualTo("x=1");
      assertThat(scope.httpVersion()).isEqualTo("1.1");
      assertThat(scope.scheme()).isEqualTo(server.config().scheme().equals("http") ? "ws" : "wss");
      assertThat(scope.headers().first("x-a")).isEqualTo("b");
      assertThat(scope.subprotocols()).containsExactly("chat", "superchat");
      assertThat(scope.client().port()).isEqualTo(client.raw().socket().getLocalPort());
      assertThat(scope.extensions())
          .containsEntry("request_id", client.head().header("X-Request-ID").orElseThrow())
          .containsEntry("websocket.http.response", Map.of());
    }
  }

  @Test
  void accept_isTheHandshakeOfTheRfc() throws Exception {
    Headers added =
        Headers.of(
            "x-added", "yes",
            "sec-websocket-accept", "forged",
            "Sec-WebSocket-Extensions", "forged",
            "connection", "close",
            "upgrade", "h2c");
    try (Running server =
            serve((scope, receive, send) -> send.send(new WebSocketAccept("chat", added)));
        FrameClient client = FrameClient.open(server, "/", "Sec-WebSocket-Protocol: chat")) {
      RawResponse head = client.head();
      assertThat(head.reason()).isEqualTo("Switching Protocols");
      assertThat(head.headers("Connection")).containsExactly("Upgrade");
      assertThat(head.headers("Upgrade")).containsExactly("websocket");
      assertThat(head.headers("Sec-WebSocket-Accept"))
          .containsExactly("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
      assertThat(head.headers("Sec-WebSocket-Protocol")).containsExactly("chat");
      assertThat(head.headers("Sec-WebSocket-Extensions")).isEmpty();
      assertThat(head.headers("X-Added")).containsExactly("yes");
      assertThat(head.headers("X-Request-ID")).hasSize(1);
      assertThat(head.headers("Content-Length")).isEmpty();
      closeOf(client);
    }
  }

  @Test
  void messages_goBothWaysUntilTheClientCloses() throws Exception {
    try (Running server =
            serve((scope, receive, send) -> {
              seen.add(receive.receive());
              send.send(ACCEPT);
              Inbound message = receive.receive();
              while (message instanceof WebSocketReceive(byte[] bytes, String text)) {
                seen.add(text == null ? bytes.length : text);
                send.send(new WebSocketSend(bytes, text));
                message = receive.receive();
              }
              seen.add(message);
              seen.add(receive.receive());
            });
        FrameClient client = FrameClient.open(server, "/")) {
      assertThat(client.text("gr\u00fc\u00df").hear()).isEqualTo("text gr\u00fc\u00df");
      assertThat(client.send(Frames.of().binary(new byte[] {1, 2})).hear())
          .isEqualTo("binary 0102");
      assertThat(client.send(Frames.of().close(3000, "bye")).hear()).isEqualTo("close 3000 ");
      assertThat(client.hear()).isEqualTo("end");
      Await.until("the application is told twice", () -> seen.size() == 5);
      assertThat(seen)
          .containsExactly(
              new WebSocketConnect(),
              "gr\u00fc\u00df",
              2,
              new WebSocketDisconnect(3000, "bye"),
              new WebSocketDisconnect(3000, "bye"));
    }
  }

  @Test
  void client_closesWithoutACode_isToldAs1005() throws Exception {
    try (Running server = serve(this::noteAll);
        FrameClient client = FrameClient.open(server, "/")) {
      client.send(Frames.of().frame(Frames.FIN | 8, ""));
      assertThat(client.hear()).isEqualTo("close 1005 ");
      Await.until("it is told", () -> seen.contains(new WebSocketDisconnect(1005, "")));
    }
  }

  @Test
  void client_vanishes_isToldAs1006() throws Exception {
    try (Running server = serve(this::noteAll)) {
      FrameClient.open(server, "/").raw().reset();
      Await.until("it is told", () -> seen.contains(new WebSocketDisconnect(1006, "")));
    }
  }

  private void noteAll(Scope scope, Receive receive, Send send) throws IOException {
    seen.add(Echo.converse(receive, send));
    attempt(send, new WebSocketSend(null, "too late"));
  }

  @Test
  void send_clientIsGone_isDisconnected() throws Exception {
    try (Running server = serve(this::noteAll);
        FrameClient client = FrameClient.open(server, "/")) {
      client.send(Frames.of().close(1000, ""));
      Await.until("the application has tried", () -> seen.size() == 2);
      assertThat(seen).last().isInstanceOf(DisconnectedException.class);
    }
  }

  @Test
  void close_byTheApplication_isAnsweredByTheClient() throws Exception {
    try (Running server =
            serve((scope, receive, send) -> {
              send.send(ACCEPT);
              send.send(new WebSocketClose(4001, "enough"));
              attempt(send, new WebSocketSend(null, "more"));
              receive.receive();
              seen.add(receive.receive());
            });
        FrameClient client = FrameClient.open(server, "/")) {
      assertThat(client.hear()).isEqualTo("close 4001 enough");
      client.text("not heard").send(Frames.of().close(4002, "well"));
      assertThat(client.hear()).isEqualTo("end");
      Await.until("the application is told", () -> seen.size() == 2);
      assertThat(seen).first().isInstanceOf(ContractException.class);
      assertThat(seen).last().isEqualTo(new WebSocketDisconnect(4002, "well"));
    }
  }

  @Test
  void close_beforeAccept_is403() throws Exception {
    try (Running server =
            serve((scope, receive, send) -> {
              receive.receive();
              send.send(new WebSocketClose(1000, ""));
              seen.add(receive.receive());
            });
        RawClient client = server.connect()) {
      RawResponse refused = client.send(FrameClient.handshake("/")).readResponse();
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.text()).isEqualTo("Forbidden\n");
      assertThat(refused.headers("Connection")).containsExactly("close");
      assertThat(client.isClosedByServer()).isTrue();
      Await.until("the application is told", () -> seen.size() == 1);
      assertThat(seen).containsExactly(new WebSocketDisconnect(1006, ""));
    }
  }

  @Test
  void denial_isTheApplicationsOwnResponse() throws Exception {
    try (Running server =
            serve((scope, receive, send) -> {
              receive.receive();
              send.send(new HttpResponseStart(401, Headers.of("www-authenticate", "Basic")));
              send.send(new HttpResponseBody("who ".getBytes(UTF_8), true));
              send.send(HttpResponseBody.last("are you?".getBytes(UTF_8)));
            });
        RawClient client = server.connect()) {
      RawResponse denied = client.send(FrameClient.handshake("/")).readResponse();
      assertThat(denied.status()).isEqualTo(401);
      assertThat(denied.headers("WWW-Authenticate")).containsExactly("Basic");
      assertThat(denied.text()).isEqualTo("who are you?");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void application_returnsAfterAccept_closesWith1000() throws Exception {
    try (Running server =
            serve((scope, receive, send) -> {
              send.send(ACCEPT);
              say(send, "that is all");
            });
        FrameClient client = FrameClient.open(server, "/")) {
      assertThat(client.hear()).isEqualTo("text that is all");
      assertThat(closeOf(client)).isEqualTo("close 1000 ");
      assertThat(client.hear()).isEqualTo("end");
    }
    assertThat(log.messages()).noneMatch(line -> line.startsWith("Request failed"));
  }

  @Test
  void application_throwsAfterAccept_closesWith1011AndSaysSo() throws Exception {
    try (Running server =
            serve((scope, receive, send) -> {
              send.send(ACCEPT);
              throw new IllegalStateException("out of words");
            });
        FrameClient client = FrameClient.open(server, "/chat")) {
      assertThat(closeOf(client)).isEqualTo("close 1011 ");
      log.awaitStart("Request failed: GET /chat");
    }
  }

  @Test
  void application_throwsBeforeAccept_is500AndSaysSo() throws Exception {
    try (Running server =
            serve((scope, receive, send) -> {
              throw new StackOverflowError();
            });
        RawClient client = server.connect()) {
      RawResponse failed = client.send(FrameClient.handshake("/chat")).readResponse();
      assertThat(failed.status()).isEqualTo(500);
      assertThat(failed.text()).isEqualTo("Internal Server Error\n");
      log.awaitStart("Request failed: GET /chat");
    }
  }

  @Test
  void application_returnsWithoutAnAnswer_is500() throws Exception {
    try (Running server = serve((scope, receive, send) -> {});
        RawClient client = server.connect()) {
      assertThat(client.send(FrameClient.handshake("/")).readResponse().status()).isEqualTo(500);
      assertThat(log.atLeast(Level.SEVERE).getFirst().getThrown())
          .hasMessage("the application returned without sending WebSocketAccept or WebSocketClose");
    }
  }

  @Test
  void application_returnsInTheMiddleOfADenial_is500() throws Exception {
    try (Running server =
            serve((scope, receive, send) -> send.send(new HttpResponseStart(404, Headers.none())));
        RawClient client = server.connect()) {
      assertThat(client.send(FrameClient.handshake("/")).readResponse().status()).isEqualTo(500);
    }
  }

  @Test
  void application_takesTooLongToAnswer_is504AndInterrupted() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    try (Running server =
            Running.serve(
                Sockets.app((scope, receive, send) -> {
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    attempt(send, ACCEPT);
                    interrupted.countDown();
                  }
                }),
                settings -> settings.requestTimeout(Duration.ofMillis(200)));
        RawClient client = server.connect()) {
      RawResponse late = client.send(FrameClient.handshake("/late")).readResponse();
      assertThat(late.status()).isEqualTo(504);
      assertThat(late.text()).isEqualTo("no response within 200 ms\n");
      Await.latch("the application is interrupted", interrupted);
      assertThat(seen).last().isInstanceOf(DisconnectedException.class);
      log.awaitStart("Request timed out after 200 ms: GET /late");
    }
  }

  @Test
  void open_longerThanTheTimeoutsOfHttp_staysOpen() throws Exception {
    CountDownLatch enough = new CountDownLatch(1);
    try (Running server =
            Running.serve(
                Sockets.app((scope, receive, send) -> {
                  send.send(ACCEPT);
                  enough.await();
                  say(send, "still there");
                }),
                settings ->
                    settings
                        .requestTimeout(Duration.ofMillis(500))
                        .keepAliveTimeout(Duration.ofMillis(500))
                        .headerTimeout(Duration.ofMillis(500))
                        .writeTimeout(Duration.ofMillis(500))
                        .websocketPingInterval(Duration.ofMillis(800)));
        FrameClient client = FrameClient.open(server, "/")) {
      for (int i = 0; i < 2; i++) {
        assertThat(client.hear()).isEqualTo("ping ");
        client.send(Frames.of().pong(""));
      }
      enough.countDown();
      assertThat(client.hear()).isEqualTo("text still there");
    }
  }
}
