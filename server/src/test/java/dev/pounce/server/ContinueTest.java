package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Headers;
import dev.pounce.app.Http;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Response;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** {@code Expect: 100-continue} (RFC 9110, section 10.1.1). */
class ContinueTest {

  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Application ECHO = Http.app(request -> Response.text(request.text()));

  @Test
  void interim_isSentWhenTheApplicationFirstReceives() throws Exception {
    CountDownLatch receive = new CountDownLatch(1);
    Application app =
        Http.app(request -> {
          receive.await();
          return Response.text(request.text());
        });
    try (Running server = Running.serve(app);
        RawClient client = server.connect()) {
      client.send(expecting(5));
      Quiet.assertFor(SHORT, client);
      receive.countDown();
      RawResponse interim = client.readResponse();
      RawResponse response = client.send("hello").readResponse();

      assertThat(interim.status()).isEqualTo(100);
      assertThat(interim.headers()).isEmpty();
      assertThat(response.text()).isEqualTo("hello");
      assertThat(response.header("Connection")).isEmpty();
      assertThat(client.send(get("/")).readResponse().status()).isEqualTo(200);
    }
  }

  @Test
  void interim_isSentOnce() throws Exception {
    try (Running server = Running.serve(ECHO);
        RawClient client = server.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(100);
      client.send("2\r\nhe\r\n");
      client.send("3\r\nllo\r\n");
      client.send("0\r\n\r\n");

      assertThat(client.readResponse().text()).isEqualTo("hello");
    }
  }

  @Test
  void interim_isNotSentIfTheApplicationAnswersWithoutTheBody() throws Exception {
    try (Running server = Running.serve(Http.app(request -> Response.empty(403)));
        RawClient client = server.connect()) {
      RawResponse response = client.send(expecting(5)).readResponse();

      assertThat(response.status()).isEqualTo(403);
      assertThat(response.header("Connection")).contains("close");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void interim_isNotSentOnceTheResponseHasBegun() throws Exception {
    Application app =
        (scope, receive, send) -> {
          if (scope instanceof HttpScope) {
            send.send(new HttpResponseStart(200, Headers.none()));
            send.send(new HttpResponseBody("early".getBytes(US_ASCII), true));
            receive.receive();
            send.send(HttpResponseBody.end());
          }
        };
    try (Running server = Running.serve(app);
        RawClient client = server.connect()) {
      RawResponse head = client.send(expecting(5)).readHead();
      assertThat(head.status()).isEqualTo(200);
      assertThat(client.readChunk()).asString().isEqualTo("early");
      client.send("hello");

      assertThat(client.readChunk()).isEmpty();
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void interim_isUnknownToHttp10() throws Exception {
    try (Running server = Running.serve(ECHO);
        RawClient client = server.connect()) {
      client.send("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
      Quiet.assertFor(SHORT, client);

      assertThat(client.send("hello").readResponse().text()).isEqualTo("hello");
    }
  }

  @Test
  void interim_forABodyThatIsThereAlready_leavesTheAnswerInOrder() throws Exception {
    try (Running server = Running.serve(ECHO);
        RawClient client = server.connect()) {
      RawResponse response = client.send(expecting(5) + "hello" + get("/next")).readResponse();
      if (response.status() == 100) {
        response = client.readResponse();
      }

      assertThat(response.text()).isEqualTo("hello");
      assertThat(client.readResponse().status()).isEqualTo(200);
    }
  }

  private static String expecting(int length) {
    return "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }
}
