package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static dev.pounce.server.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where messages begin and end on a connection, and how long the connection lasts. */
class FramingTest {

  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Application ECHO =
      Http.app(request ->
          Response.bytes("application/octet-stream", request.bytes())
              .header("Asked", request.method() + " " + request.path()));

  @Test
  void http11_keepsTheConnectionWithoutAWord() throws Exception {
    try (Running server = Running.serve(ECHO);
        RawClient client = server.connect()) {
      for (int i = 0; i < 3; i++) {
        RawResponse response = client.send(get("/" + i)).readResponse();

        assertThat(response.header("Asked")).contains("GET /" + i);
        assertThat(response.header("Connection")).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HTTP/1.1 | Connection: close       | close",
        "HTTP/1.1 | Connection: x, Close    | close",
        "HTTP/1.1 | Connection: keep-alive  | ''",
        "HTTP/1.0 | X: y                    | close",
        "HTTP/1.0 | Connection: close       | close",
        "HTTP/1.0 | Connection: Keep-Alive  | keep-alive",
        "HTTP/1.0 | Connection: keep-alive, close | close",
      })
  void connection_lastsAsTheClientSaid(String version, String field, String answered)
      throws Exception {
    try (Running server = Running.serve(ECHO);
        RawClient client = server.connect()) {
      client.send("GET / " + version + "\r\nHost: h\r\n" + field + "\r\n\r\n");
      RawResponse response = client.readResponse();

      assertThat(response.version()).isEqualTo("HTTP/1.1");
      assertThat(response.header("Connection").orElse("")).isEqualTo(answered);
      if (answered.equals("close")) {
        assertThat(client.isClosedByServer()).isTrue();
      } else {
        assertThat(client.send(get("/next")).readResponse().header("Asked")).contains("GET /next");
      }
    }
  }

  @Test
  void requestsBehindTheLastOne_areNotAnswered() throws Exception {
    Map<String, Boolean> seen = new ConcurrentHashMap<>();
    Application app =
        Http.app(request -> {
          seen.put(request.path(), true);
          return Response.empty(200);
        });
    try (Running server = Running.serve(app);
        RawClient client = server.connect()) {
      client.send("GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" + get("/behind"));

      assertThat(client.readResponse().status()).isEqualTo(200);
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(seen).containsOnlyKeys("/last");
    }
  }

  /** Closing on what has not been read would reset the connection, and the answer could be lost. */
  @Test
  void requestsBehindTheLastOne_doNotMakeItsAnswerEndInAReset() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch resume = new CountDownLatch(1);
    Application app =
        Http.app(request -> {
          begun.countDown();
          resume.await();
          return Response.text("last");
        });
    try (Running server = Running.serve(app);
        RawClient client = server.connect()) {
      client.send("GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      Await.latch("the application has the request", begun);
      client.send(get("/behind").repeat(500));
      resume.countDown();

      assertThat(client.readResponse().text()).isEqualTo("last");
      assertThat(client.readAll()).isEmpty();
    }
  }

  @Test
  void clientThatFinishesSending_getsItsAnswersAndTheEnd() throws Exception {
    try (Running server = Running.serve(ECHO);
        RawClient client = server.connect()) {
      client.send(get("/1") + get("/2")).finishSending();

      assertThat(client.readResponse().header("Asked")).contains("GET /1");
      assertThat(client.readResponse().header("Asked")).contains("GET /2");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void hundredsOfPipelinedRequests_areAnsweredInOrderEachWithItsBody() throws Exception {
    int requests = 600;
    Random random = new Random(5);
    StringBuilder all = new StringBuilder();
    String[] bodies = new String[requests];
    for (int i = 0; i < requests; i++) {
      bodies[i] = i % 3 == 0 ? "" : (i + ",").repeat(1 + random.nextInt(i % 50 == 1 ? 3_000 : 30));
      all.append(
          switch (i % 3) {
            case 0 -> get("/" + i);
            case 1 -> post("/" + i, bodies[i]);
            default -> chunked("/" + i, bodies[i], 1 + random.nextInt(40));
          });
    }
    try (Running server = Running.serve(ECHO);
        RawClient client = server.connect()) {
      Thread sender = Thread.startVirtualThread(() -> sendInParts(client, all.toString()));
      for (int i = 0; i < requests; i++) {
        RawResponse response = client.readResponse();

        assertThat(response.header("Asked").orElseThrow()).endsWith(" /" + i);
        assertThat(response.text()).isEqualTo(bodies[i]);
      }
      sender.join();
      server.awaitLogged("\"POST /" + (requests - 1) + " ");
      assertThat(server.logged()).hasSize(requests);
    }
  }

  private static void sendInParts(RawClient client, String all) {
    Random random = new Random(6);
    try {
      for (int at = 0; at < all.length(); ) {
        int to = Math.min(all.length(), at + 1 + random.nextInt(5_000));
        client.send(all.substring(at, to));
        at = to;
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void slowRequest_doesNotHoldBackTheAnswersBeforeIt() throws Exception {
    CountDownLatch resume = new CountDownLatch(1);
    try (Running server = Running.serve(blockingAt("/slow", resume));
        RawClient client = server.connect()) {
      client.send(get("/1") + get("/2") + get("/slow") + get("/3"));

      assertThat(client.readResponse().text()).isEqualTo("/1");
      assertThat(client.readResponse().text()).isEqualTo("/2");
      resume.countDown();
      assertThat(client.readResponse().text()).isEqualTo("/slow");
      assertThat(client.readResponse().text()).isEqualTo("/3");
    }
  }

  @Test
  void fastRequestBeforeASlowOne_isLoggedWithItsOwnDuration() throws Exception {
    CountDownLatch resume = new CountDownLatch(1);
    try (Running server = Running.serve(blockingAt("/slow", resume));
        RawClient client = server.connect()) {
      long begin = System.nanoTime();
      client.send(get("/fast") + get("/slow"));
      client.readResponse();
      double seen = (System.nanoTime() - begin) / 1e6;
      Quiet.assertFor(SHORT, client);
      resume.countDown();
      client.readResponse();

      assertThat(milliseconds(server.awaitLogged("/fast"))).isLessThanOrEqualTo(seen + 0.1);
      assertThat(milliseconds(server.awaitLogged("/slow"))).isGreaterThan(seen);
    }
  }

  private static double milliseconds(String logged) {
    return Double.parseDouble(logged.replaceFirst(".* (\\d+\\.\\d)ms .*", "$1"));
  }

  private static Application blockingAt(String path, CountDownLatch resume) {
    return Http.app(request -> {
      if (request.path().equals(path)) {
        resume.await();
      }
      return Response.text(request.path());
    });
  }

  @Test
  void bodyThatIsAwaited_doesNotHoldBackTheAnswersBeforeIt() throws Exception {
    try (Running server = Running.serve(ECHO);
        RawClient client = server.connect()) {
      String post = post("/3", "hello");
      client.send(get("/1") + get("/2") + post.substring(0, post.length() - 5));

      assertThat(client.readResponse().header("Asked")).contains("GET /1");
      assertThat(client.readResponse().header("Asked")).contains("GET /2");
      assertThat(client.send("hello").readResponse().text()).isEqualTo("hello");
    }
  }

  @Test
  void bodyThatIsCutShort_doesNotTakeTheAnswersBeforeItAlong() throws Exception {
    try (Running server = Running.serve(ECHO);
        RawClient client = server.connect()) {
      String post = post("/3", "hello");
      client.send(get("/1") + get("/2") + post.substring(0, post.length() - 1)).finishSending();

      assertThat(client.readResponse().header("Asked")).contains("GET /1");
      assertThat(client.readResponse().header("Asked")).contains("GET /2");
      assertThat(client.isClosedByServer()).isTrue();
      server.awaitLogged("\"GET /2 HTTP/1.1\" 200 ");
      server.awaitLogged("\"POST /3 HTTP/1.1\" 499 ");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7_000, 8_191, 8_192, 8_193, 65_536, 1_000_000})
  void responseOfAnySize_arrivesWhole(int size) throws Exception {
    byte[] body = new byte[size];
    new Random(size).nextBytes(body);
    try (Running server = Running.serve(ECHO);
        RawClient client = server.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + size + "\r\n\r\n").send(body);
      client.send(get("/next"));

      assertThat(client.readResponse().body()).isEqualTo(body);
      assertThat(client.readResponse().header("Asked")).contains("GET /next");
    }
  }

  @Test
  void head_ofARefusal_getsNoBodyEither() throws Exception {
    try (Running server = Running.serve(ECHO);
        RawClient client = server.connect()) {
      RawResponse head = client.send("HEAD / HTTP/1.1\r\n\r\n").readHead();

      assertThat(head.status()).isEqualTo(400);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  private static String chunked(String path, String body, int size) {
    StringBuilder request = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: h\r\n");
    request.append("Transfer-Encoding: chunked\r\n\r\n");
    for (int at = 0; at < body.length(); at += size) {
      String chunk = body.substring(at, Math.min(body.length(), at + size));
      request.append(Integer.toHexString(chunk.length())).append("\r\n");
      request.append(chunk).append("\r\n");
    }
    return request.append("0\r\n\r\n").toString();
  }
}
