package dev.pounce.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Headers;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.HttpScope;
import dev.pounce.app.WebSocketScope;
import dev.pounce.app.WebSocketSend;
import dev.pounce.observe.RequestRejected;
import dev.pounce.server.config.Network;
import dev.pounce.server.websocket.FrameClient;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests become a WebSocket, which are refused, and which stay what they are. */
@Timeout(60)
class WebSocketHandshakeTest {

  private static final String GOOD = FrameClient.handshake("/");

  /** Says what it was asked for: in a message to a WebSocket, in a body to a request. */
  private static final Application APP =
      (scope, receive, send) -> {
        switch (scope) {
          case WebSocketScope socket -> {
            send.send(Sockets.ACCEPT);
            send.send(new WebSocketSend(null, socket.scheme() + " from " + socket.client()));
            receive.receive();
            receive.receive();
          }
          case HttpScope http -> {
            send.send(new HttpResponseStart(200, Headers.none()));
            send.send(HttpResponseBody.last("http".getBytes(StandardCharsets.US_ASCII)));
          }
          default -> {}
        }
      };

  private static Running server;

  @BeforeAll
  static void serve() throws StartupException {
    server = Running.serve(APP, settings -> settings.healthCheckPath("/health"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest(name = "{0} -> {1}: {2} {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "Sec-WebSocket-Version: 13 | Sec-WebSocket-Version: 12 | 426 | Sec-WebSocket-Version is not 13",
        "Sec-WebSocket-Version: 13 | X: y | 426 | Sec-WebSocket-Version is not 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ== | X: y | 400 | malformed Sec-WebSocket-Key",
        "dGhlIHNhbXBsZSBub25jZQ== | short | 400 | malformed Sec-WebSocket-Key",
        "Host: localhost | Host: localhost~Content-Length: 2 | 400 | a request that opens a WebSocket has no body",
        "Host: localhost | Host: localhost~Transfer-Encoding: chunked | 400 | a request that opens a WebSocket has no body",
        "Host: localhost | Host: localhost~Sec-WebSocket-Protocol: a, a | 400 | malformed Sec-WebSocket-Protocol",
        "Host: localhost | Host: localhost~Sec-WebSocket-Extensions: ; | 400 | malformed Sec-WebSocket-Extensions",
      })
  void handshake_bad_isRefused(String part, String instead, int status, String reason)
      throws Exception {
    String bad = GOOD.replace(part, instead.replace("~", "\r\n"));
    try (RawClient client = server.connect()) {
      RawResponse refused = client.send(bad).readResponse();

      assertThat(refused.status()).isEqualTo(status);
      assertThat(refused.text()).isEqualTo(reason + "\n");
      assertThat(client.isClosedByServer()).isTrue();
    }
    assertThat(server.story().of(RequestRejected.class))
        .last()
        .satisfies(event -> {
          assertThat(event.reason()).isEqualTo(RequestRejected.Reason.MALFORMED);
          assertThat(event.status()).isEqualTo(status);
        });
  }

  @Test
  void version_unknown_isToldWhichIsKnown() throws Exception {
    try (RawClient client = server.connect()) {
      RawResponse refused = client.send(GOOD.replace(": 13", ": 8")).readResponse();

      assertThat(refused.headers("Sec-WebSocket-Version")).containsExactly("13");
      assertThat(refused.headers("Upgrade")).containsExactly("websocket");
      assertThat(refused.headers("Connection")).containsExactly("close, Upgrade");
    }
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "Upgrade: websocket | Upgrade: h2c",
        "Upgrade: websocket | Upgrade: websockets",
        "Upgrade: websocket | X: y",
        "Connection: Upgrade | Connection: keep-alive",
        "GET / HTTP/1.1 | POST / HTTP/1.1",
        "GET / HTTP/1.1 | GET / HTTP/1.0",
      })
  void request_thatAsksForSomethingElse_isServedAsItIs(String part, String instead)
      throws Exception {
    try (RawClient client = server.connect()) {
      RawResponse served = client.send(GOOD.replace(part, instead)).readResponse();

      assertThat(served.status()).isEqualTo(200);
      assertThat(served.text()).isEqualTo("http");
    }
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "Upgrade: websocket | upgrade: WebSocket",
        "Upgrade: websocket | Upgrade: h2c, websocket",
        "Connection: Upgrade | Connection: keep-alive, upgrade",
        "Connection: Upgrade | Connection: keep-alive~Connection: UPGRADE",
      })
  void handshake_inOtherWords_isOne(String part, String instead) throws Exception {
    try (RawClient client = server.connect()) {
      client.send(GOOD.replace(part, instead.replace("~", "\r\n")));

      assertThat(FrameClient.on(client).hear()).startsWith("text ws from 127.0.0.1");
    }
  }

  @Test
  void builtIn_isAnsweredAsEver() throws Exception {
    try (RawClient client = server.connect()) {
      RawResponse health = client.send(FrameClient.handshake("/health")).readResponse();

      assertThat(health.status()).isEqualTo(200);
      assertThat(health.text()).contains("\"status\":\"ok\"");
    }
  }

  @Test
  void requestsBefore_areAnsweredFirst() throws Exception {
    try (RawClient client = server.connect()) {
      client.send(Requests.get("/") + GOOD);

      assertThat(client.readResponse().text()).isEqualTo("http");
      assertThat(FrameClient.on(client).hear()).startsWith("text ws from");
    }
  }

  @Test
  void proxy_trusted_isBelieved() throws Exception {
    try (Running trusting =
            Running.serve(APP, s -> s.trustedHosts(List.of(Network.parse("127.0.0.1"))));
        FrameClient client =
            FrameClient.open(
                trusting, "/", "X-Forwarded-Proto: https", "X-Forwarded-For: 203.0.113.7")) {
      assertThat(client.hear()).isEqualTo("text wss from 203.0.113.7");
    }
  }

  @Test
  void proxy_stranger_isNotBelieved() throws Exception {
    try (FrameClient client =
        FrameClient.open(server, "/", "X-Forwarded-Proto: https", "X-Forwarded-For: 203.0.113.7")) {
      assertThat(client.hear()).startsWith("text ws from 127.0.0.1:");
    }
  }

  @Test
  void server_full_refusesWith503() throws Exception {
    try (Running full = Running.serve(APP, settings -> settings.maxConnections(1));
        FrameClient first = FrameClient.open(full, "/");
        RawClient second = full.connect()) {
      assertThat(first.hear()).startsWith("text ");
      assertThat(second.send(GOOD).readResponse().status()).isEqualTo(503);
    }
  }
}
