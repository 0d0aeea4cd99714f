package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static dev.pounce.server.Requests.post;
import static dev.pounce.server.Sample.ECHO;
import static dev.pounce.server.Sample.HELLO;
import static dev.pounce.server.Sample.SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.DrainCompleted;
import dev.pounce.observe.DrainStarted;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.server.config.ByteSize;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a server tells of requests that it refuses. */
@Timeout(60)
class RejectionEventsTest {

  @AutoClose private final ServerLog log = ServerLog.open();

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
      assertThat(server.story().end())
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
      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.BACKPRESSURE);
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
      assertThat(server.story().end()).isEqualTo(ConnectionCompleted.Reason.ERROR);

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
}
