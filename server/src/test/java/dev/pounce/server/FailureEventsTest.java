package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static dev.pounce.server.Sample.ECHO;
import static dev.pounce.server.Sample.HELLO;
import static dev.pounce.server.Sample.SHORT;
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
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.RequestStarted;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server tells of requests that fail, and of clients that leave. */
@Timeout(60)
class FailureEventsTest {

  /** The kernel's buffers for a connection end at 40 megabytes or less. */
  private static final int MORE_THAN_SOCKETS_HOLD = 60_000_000;

  private static final HttpResponseStart OK = new HttpResponseStart(200, Headers.none());

  @AutoClose private final ServerLog log = ServerLog.open();

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
      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.ERROR);
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
      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.ERROR);
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
      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.TIMEOUT);
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
      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.TIMEOUT);
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
      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.CLIENT_DISCONNECT);
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
      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.CLIENT_DISCONNECT);
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
      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.CLIENT_DISCONNECT);
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
      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.CLIENT_DISCONNECT);
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
}
