package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static dev.pounce.server.Requests.post;
import static dev.pounce.server.Sample.ECHO;
import static dev.pounce.server.Sample.LONG;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.HttpDisconnect;
import dev.pounce.app.HttpRequest;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Inbound;
import dev.pounce.app.Response;
import dev.pounce.server.config.ByteSize;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Every limit of size and number, just within it and just beyond it, and the access log's line for
 * what is refused.
 */
class LimitsTest {

  @Test
  void bodyOfTheLimit_isServed_andOneOctetMoreGets413BeforeTheApplication() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Application app =
        Http.app(request -> {
          calls.incrementAndGet();
          return Response.text(String.valueOf(request.bytes().length));
        });
    try (Running server =
        Running.serve(app, settings -> settings.maxRequestSize(ByteSize.of(100)))) {
      try (RawClient client = server.connect()) {
        client.send(post("/fits", "x".repeat(100)));

        assertThat(client.readResponse().text()).isEqualTo("100");
      }
      try (RawClient client = server.connect()) {
        client.send(post("/large", "x".repeat(101)));

        Refusals.assertNext(server, client, 413, "\"POST /large ");
        assertThat(calls).hasValue(1);
      }
    }
  }

  @Test
  void bodyBeyondTheLimitThatWaitsForItsContinue_gets413AtOnce() throws Exception {
    try (Running server =
            Running.serve(ECHO, settings -> settings.maxRequestSize(ByteSize.of(100)));
        RawClient client = server.connect()) {
      client.send(
          "POST /large HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 101\r\n\r\n");

      Refusals.assertNext(server, client, 413, "\"POST /large ");
    }
  }

  @Test
  void hugeBodyThatIsSentAllTheSame_doesNotLoseTheRefusal() throws Exception {
    try (Running server = Running.serve(ECHO);
        RawClient client = server.connect()) {
      client.send("POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: 8000000\r\n\r\n");
      client.send(new byte[8_000_000]);

      Refusals.assertNext(server, client, 413, "\"POST /large ");
    }
  }

  @Test
  void chunksOfTheLimit_areServed() throws Exception {
    try (Running server =
            Running.serve(ECHO, settings -> settings.maxRequestSize(ByteSize.of(100)));
        RawClient client = server.connect()) {
      client.send(chunked("/fits", 60, 40) + "0\r\n\r\n");

      assertThat(client.readResponse().body()).hasSize(100);
    }
  }

  @Test
  void chunksBeyondTheLimit_get413WhileTheyAreReceived() throws Exception {
    AtomicInteger received = new AtomicInteger();
    CompletableFuture<Inbound> last = new CompletableFuture<>();
    Application app =
        (scope, receive, send) -> {
          if (scope instanceof HttpScope) {
            Inbound message = receive.receive();
            while (message instanceof HttpRequest piece) {
              received.addAndGet(piece.body().length);
              message = receive.receive();
            }
            last.complete(message);
          }
        };
    try (Running server =
            Running.serve(app, settings -> settings.maxRequestSize(ByteSize.of(100)));
        RawClient client = server.connect()) {
      client.send(chunked("/large", 60, 40, 1));

      Refusals.assertNext(server, client, 413, "\"POST /large ");
      assertThat(last.get(10, SECONDS)).isInstanceOf(HttpDisconnect.class);
      assertThat(received).hasValue(100);
    }
  }

  @Test
  void requestLineOfTheLimit_isServed_andOneOctetMoreGets414() throws Exception {
    try (Running server =
        Running.serve(ECHO, settings -> settings.maxRequestLine(ByteSize.of(100)))) {
      assertThat(statusOf(server, line(100) + "\r\nHost: h\r\n\r\n")).isEqualTo(200);
      assertRefused(server, line(101) + "\r\nHost: h\r\n\r\n", 414);
      assertRefused(server, line(1_000).substring(0, 101), 414);
    }
  }

  @Test
  void headerLineOfTheLimit_isServed_andOneOctetMoreGets431() throws Exception {
    try (Running server =
        Running.serve(ECHO, settings -> settings.maxHeaderLine(ByteSize.of(100)))) {
      String start = line(50) + "\r\nHost: h\r\n";

      assertThat(statusOf(server, start + field(100) + "\r\n\r\n")).isEqualTo(200);
      assertRefused(server, start + field(101) + "\r\n\r\n", 431);
      assertRefused(server, start + field(101), 431);
      assertRefused(server, start + "n".repeat(101), 431);
    }
  }

  @Test
  void headOfTheLimit_isServed_andOneOctetMoreGets431() throws Exception {
    try (Running server =
        Running.serve(ECHO, settings -> settings.maxHeaderSize(ByteSize.of(1_000)))) {
      assertThat(statusOf(server, head(1_000))).isEqualTo(200);
      assertRefused(server, head(1_001), 431);
      assertRefused(server, head(2_000).substring(0, 1_001), 431);
    }
  }

  @Test
  void fieldsOfTheLimit_areServed_andOneMoreGets431() throws Exception {
    try (Running server = Running.serve(ECHO, settings -> settings.maxHeaders(20))) {
      String start = line(50) + "\r\nHost: h\r\n";

      assertThat(statusOf(server, start + "X: y\r\n".repeat(19) + "\r\n")).isEqualTo(200);
      assertRefused(server, start + "X: y\r\n".repeat(20) + "\r\n", 431);
    }
  }

  @Test
  void connectionsBeyondTheLimit_get503ButHealth() throws Exception {
    try (Running server =
        Running.serve(
            ECHO,
            settings ->
                settings.maxConnections(2).keepAliveTimeout(LONG).healthCheckPath("/health"))) {
      List<RawClient> served = new ArrayList<>();
      try {
        for (int i = 0; i < 2; i++) {
          RawClient client = server.connect();
          served.add(client);
          client.send(get("/served"));
          assertThat(client.readResponse().status()).isEqualTo(200);
        }
        try (RawClient client = server.connect()) {
          client.send(get("/refused") + get("/behind"));
          RawResponse refusal = Refusals.assertNext(server, client, 503, "\"GET /refused ");

          assertThat(refusal.header("Retry-After")).contains("5");
        }
        try (RawClient client = server.connect()) {
          client.send(get("/health"));

          assertThat(client.readResponse().text()).contains("\"status\":\"ok\"");
        }
        served.getFirst().send(get("/served"));
        assertThat(served.getFirst().readResponse().status()).isEqualTo(200);
      } finally {
        for (RawClient client : served) {
          client.close();
        }
      }
      Await.until("a place is free again", () -> statusOf(server, get("/later")) == 200);
    }
  }

  private static int statusOf(Running server, String request) throws IOException {
    try (RawClient client = server.connect()) {
      return client.send(request).readResponse().status();
    }
  }

  private static void assertRefused(Running server, String request, int status) throws Exception {
    try (RawClient client = server.connect()) {
      client.send(request);
      Refusals.assertNext(server, client, status, "\" " + status + " ");
    }
  }

  private static String chunked(String path, int... sizes) {
    StringBuilder request = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: h\r\n");
    request.append("Transfer-Encoding: chunked\r\n\r\n");
    for (int size : sizes) {
      request.append(Integer.toHexString(size)).append("\r\n");
      request.append("x".repeat(size)).append("\r\n");
    }
    return request.toString();
  }

  private static String line(int length) {
    return "GET /" + "p".repeat(length - "GET / HTTP/1.1".length()) + " HTTP/1.1";
  }

  private static String field(int length) {
    return "X: " + "v".repeat(length - 3);
  }

  private static String head(int length) {
    String start = line(50) + "\r\nHost: h\r\n";
    return start + field(length - start.length() - 4) + "\r\n\r\n";
  }
}
