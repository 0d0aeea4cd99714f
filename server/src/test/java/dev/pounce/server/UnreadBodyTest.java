package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static dev.pounce.server.Requests.post;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Headers;
import dev.pounce.app.Http;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Response;
import dev.pounce.server.config.ByteSize;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Request bodies that the application leaves unread, or reads in part. */
class UnreadBodyTest {

  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Application PATH = Http.app(request -> Response.text(request.path()));

  @ParameterizedTest
  @ValueSource(ints = {1, 1_000, 60_000})
  void smallBodyLeftUnread_isSkippedAndTheConnectionGoesOn(int size) throws Exception {
    try (Running server = Running.serve(PATH);
        RawClient client = server.connect()) {
      client.send(post("/unread", "x".repeat(size)) + get("/next"));
      RawResponse response = client.readResponse();

      assertThat(response.text()).isEqualTo("/unread");
      assertThat(response.header("Connection")).isEmpty();
      assertThat(client.readResponse().text()).isEqualTo("/next");
    }
  }

  @Test
  void smallBodyLeftUnreadThatArrivesLate_isSkippedToo() throws Exception {
    try (Running server = Running.serve(PATH);
        RawClient client = server.connect()) {
      String body = get("/in-the-body");
      String request = post("/unread", body);
      client.send(request.substring(0, request.length() - body.length()));
      assertThat(client.readResponse().text()).isEqualTo("/unread");
      client.send(body + get("/next"));

      assertThat(client.readResponse().text()).isEqualTo("/next");
    }
  }

  @Test
  void smallBodyLeftUnreadThatNeverArrives_endsTheConnectionWithoutASecondAnswer()
      throws Exception {
    try (Running server = Running.serve(PATH, settings -> settings.requestTimeout(SHORT));
        RawClient client = server.connect()) {
      client.send(
          "POST /unread HTTP/1.1\r\nHost: h\r\nX-Request-ID: "
              + "i".repeat(100)
              + "\r\nContent-Length: 10\r\n\r\nhello");

      assertThat(client.readResponse().text()).isEqualTo("/unread");
      assertThat(client.isClosedByServer()).isTrue();
      server.awaitLogged("/unread");
      assertThat(server.logged()).hasSize(1);
    }
  }

  @Test
  void largeBodyLeftUnread_endsTheConnectionButDoesNotLoseTheAnswer() throws Exception {
    int size = 8_000_000;
    try (Running server =
            Running.serve(PATH, settings -> settings.maxRequestSize(ByteSize.of(size)));
        RawClient client = server.connect()) {
      client.send("POST /unread HTTP/1.1\r\nHost: h\r\nContent-Length: " + size + "\r\n\r\n");
      client.send(new byte[size]);
      RawResponse response = client.readResponse();

      assertThat(response.text()).isEqualTo("/unread");
      assertThat(response.header("Connection")).contains("close");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void chunkedBodyLeftUnread_isNeverTakenForARequest() throws Exception {
    Map<String, Boolean> seen = new ConcurrentHashMap<>();
    Application app =
        Http.app(request -> {
          seen.put(request.path(), true);
          return Response.text(request.path());
        });
    try (Running server = Running.serve(app);
        RawClient client = server.connect()) {
      String hidden = get("/hidden");
      client.send(
          "POST /unread HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "%x\r\n%s\r\n0\r\n\r\n".formatted(hidden.length(), hidden));

      assertThat(client.readResponse().text()).isEqualTo("/unread");
      client.finishSending();
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(seen).containsOnlyKeys("/unread");
    }
  }

  @Test
  void bodyReadInPart_isSkippedOrEndsTheConnection() throws Exception {
    Application app =
        (scope, receive, send) -> {
          if (scope instanceof HttpScope) {
            receive.receive();
            send.send(new HttpResponseStart(200, Headers.none()));
            send.send(HttpResponseBody.last("done".getBytes(US_ASCII)));
          }
        };
    try (Running server = Running.serve(app);
        RawClient client = server.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 50000\r\n\r\nhello");
      assertThat(client.readResponse().text()).isEqualTo("done");
      client.send("x".repeat(49_995) + get("/next"));

      assertThat(client.readResponse().text()).isEqualTo("done");
    }
  }
}
