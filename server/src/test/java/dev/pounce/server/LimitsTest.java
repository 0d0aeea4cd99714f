package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static dev.pounce.server.Requests.post;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.pounce.app.Application;
import dev.pounce.app.DisconnectedException;
import dev.pounce.app.Headers;
import dev.pounce.app.Http;
import dev.pounce.app.HttpDisconnect;
import dev.pounce.app.HttpRequest;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Inbound;
import dev.pounce.app.Receive;
import dev.pounce.app.Response;
import dev.pounce.app.Send;
import dev.pounce.server.config.ByteSize;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every limit, just within it and just beyond it, and the access log's line for what is refused.
 */
class LimitsTest {

  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration PACE = Duration.ofMillis(50);
  private static final Application ECHO =
      Http.app(request -> Response.bytes("application/octet-stream", request.bytes()));

  private ServerLog log;

  @BeforeEach
  void listen() {
    log = ServerLog.open();
  }

  @AfterEach
  void stopListening() {
    log.close();
  }

  // time

  @ParameterizedTest
  @ValueSource(
      strings = {"GET /slow HTTP/1.1\r\nHost: h\r\n", "GET /slow HTTP/1.1\r\n", "G", "\r\n", "\r"})
  void headThatStops_gets408AndTheEnd(String part) throws Exception {
    try (Running server = Running.serve(ECHO, settings -> settings.headerTimeout(SHORT));
        RawClient client = server.connect()) {
      client.send(part);

      assertRefused(server, client, 408, part.contains("HTTP/1.1\r\n") ? "\"GET /slow " : "\"- - ");
    }
  }

  @Test
  void headThatTrickles_getsNoMoreTimeThanOneThatStops() throws Exception {
    try (Running server = Running.serve(ECHO, settings -> settings.headerTimeout(SHORT));
        RawClient client = RawClient.connect(server.port(), PACE)) {
      client.send("GET /slow HTTP/1.1\r\nHost: h\r\nX: ");
      int octets = trickle(client, "y", 20 * SHORT.toMillis() / PACE.toMillis());

      assertThat(octets).isLessThan((int) (20 * SHORT.toMillis() / PACE.toMillis()));
      server.awaitLogged("\"GET /slow HTTP/1.1\" 408 ");
    }
  }

  @Test
  void secondHeadThatStops_gets408Too() throws Exception {
    try (Running server = Running.serve(ECHO, s -> s.headerTimeout(SHORT).keepAliveTimeout(LONG));
        RawClient client = server.connect()) {
      client.send("GET /first HTTP/1.1\r\nHost: h\r\n\r\nGET /second HTTP/1.1\r\n");

      assertThat(client.readResponse().status()).isEqualTo(200);
      assertRefused(server, client, 408, "\"GET /second ");
    }
  }

  @Test
  void connectionThatSendsNothing_isClosedSilentlyWhenTheHeadIsDue() throws Exception {
    try (Running server = Running.serve(ECHO, s -> s.headerTimeout(SHORT).keepAliveTimeout(LONG))) {
      try (RawClient client = server.connect()) {
        assertThat(client.isClosedByServer()).isTrue();
      }
      assertThat(server.logged()).isEmpty();
    }
  }

  @Test
  void connectionThatIdlesAfterARequest_isClosedSilently() throws Exception {
    try (Running server = Running.serve(ECHO, s -> s.headerTimeout(LONG).keepAliveTimeout(SHORT))) {
      try (RawClient client = server.connect()) {
        client.send(get("/a"));

        assertThat(client.readResponse().status()).isEqualTo(200);
        assertThat(client.isClosedByServer()).isTrue();
      }
      server.awaitLogged("/a");
      assertThat(server.logged()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 10\r\n\r\nhello",
        "Content-Length: 10\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n",
      })
  void bodyThatStops_gets408AndTheApplicationADisconnect(String framedPart) throws Exception {
    CompletableFuture<Inbound> last = new CompletableFuture<>();
    Application app =
        onHttp((receive, send) -> {
          Inbound message = receive.receive();
          while (message instanceof HttpRequest) {
            message = receive.receive();
          }
          last.complete(message);
        });
    try (Running server = Running.serve(app, settings -> settings.requestTimeout(SHORT));
        RawClient client = server.connect()) {
      client.send("POST /slow HTTP/1.1\r\nHost: h\r\n" + framedPart);

      assertRefused(server, client, 408, "\"POST /slow ");
      assertThat(last.get(10, SECONDS)).isInstanceOf(HttpDisconnect.class);
    }
  }

  @Test
  void bodyThatFlowsForLongerThanTheRequestTimeout_isServed() throws Exception {
    try (Running server = Running.serve(ECHO, settings -> settings.requestTimeout(SHORT));
        RawClient pacer = RawClient.connect(server.port(), PACE);
        RawClient client = server.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
      long end = System.nanoTime() + SHORT.multipliedBy(3).toNanos();
      int chunks = 0;
      while (System.nanoTime() < end) {
        client.send("1\r\nx\r\n");
        chunks++;
        assertThat(pacer.isClosedByServer()).isFalse();
      }
      client.send("0\r\n\r\n");

      assertThat(client.readResponse().text()).isEqualTo("x".repeat(chunks));
    }
  }

  @Test
  void handlerThatDoesNotBegin_gets504AndIsInterrupted() throws Exception {
    CompletableFuture<Throwable> interrupted = new CompletableFuture<>();
    CompletableFuture<Throwable> afterwards = new CompletableFuture<>();
    Application app =
        onHttp((receive, send) -> {
          interrupted.complete(catchThrowable(() -> new CountDownLatch(1).await()));
          afterwards.complete(catchThrowable(() -> answer(send, "late")));
        });
    try (Running server = Running.serve(app, settings -> settings.requestTimeout(SHORT));
        RawClient client = server.connect()) {
      client.send(get("/stuck") + get("/behind"));

      assertRefused(server, client, 504, "\"GET /stuck ");
      assertThat(interrupted.get(10, SECONDS)).isInstanceOf(InterruptedException.class);
      assertThat(afterwards.get(10, SECONDS)).isInstanceOf(DisconnectedException.class);
      assertThat(server.logged()).hasSize(1);
      Await.until(
          "the server says what timed out",
          () ->
              log.messages().stream()
                  .anyMatch(m -> m.startsWith("Request timed out after 300 ms: GET /stuck [")));
    }
  }

  @Test
  void handlerThatWaitsForAMessageThatDoesNotCome_gets504AndADisconnect() throws Exception {
    CompletableFuture<Inbound> second = new CompletableFuture<>();
    Application app =
        onHttp((receive, send) -> {
          receive.receive();
          second.complete(receive.receive());
        });
    try (Running server = Running.serve(app, settings -> settings.requestTimeout(SHORT));
        RawClient client = server.connect()) {
      client.send(get("/stuck"));

      assertRefused(server, client, 504, "\"GET /stuck ");
      assertThat(second.get(10, SECONDS)).isInstanceOf(HttpDisconnect.class);
    }
  }

  @Test
  void handlerBehindFastOnes_gets504AfterTheirAnswers() throws Exception {
    Application app =
        Http.app(request -> {
          if (request.path().equals("/stuck")) {
            new CountDownLatch(1).await();
          }
          return Response.text(request.path());
        });
    try (Running server = Running.serve(app, settings -> settings.requestTimeout(SHORT));
        RawClient client = server.connect()) {
      client.send(get("/a") + get("/b") + get("/stuck"));

      assertThat(client.readResponse().text()).isEqualTo("/a");
      assertThat(client.readResponse().text()).isEqualTo("/b");
      assertRefused(server, client, 504, "\"GET /stuck ");
      server.awaitLogged("\"GET /a HTTP/1.1\" 200 ");
      server.awaitLogged("\"GET /b HTTP/1.1\" 200 ");
    }
  }

  @Test
  void responseThatFlowsForLongerThanAllTimeouts_isNotCut() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    Application app =
        Http.app(request ->
            Response.stream(
                "text/plain",
                out -> {
                  while (!enough.get()) {
                    out.write(new byte[1_000]);
                  }
                }));
    try (Running server =
            Running.serve(app, settings -> settings.requestTimeout(SHORT).writeTimeout(SHORT));
        RawClient client = server.connect()) {
      client.send(get("/"));
      client.readHead();
      long end = System.nanoTime() + SHORT.multipliedBy(3).toNanos();
      while (System.nanoTime() < end) {
        assertThat(client.readChunk()).hasSize(1_000);
      }
      enough.set(true);
      byte[] chunk = client.readChunk();
      while (chunk.length > 0) {
        chunk = client.readChunk();
      }
      client.send(get("/again"));

      assertThat(client.readHead().status()).isEqualTo(200);
    }
  }

  @Test
  void responseThatPausesForLongerThanAllTimeouts_isNotCut() throws Exception {
    CountDownLatch resume = new CountDownLatch(1);
    Application app =
        Http.app(request ->
            Response.stream(
                "text/plain",
                out -> {
                  out.write('a');
                  resume.await();
                  out.write('b');
                }));
    try (Running server =
            Running.serve(
                app,
                settings ->
                    settings
                        .requestTimeout(SHORT)
                        .writeTimeout(SHORT)
                        .headerTimeout(SHORT)
                        .keepAliveTimeout(SHORT));
        RawClient client = RawClient.connect(server.port(), SHORT.multipliedBy(4))) {
      client.send(get("/"));
      client.readHead();
      assertThat(client.readChunk()).asString().isEqualTo("a");

      assertThat(client.isClosedByServer()).isFalse();
      resume.countDown();
      assertThat(client.readChunk()).asString().isEqualTo("b");
      assertThat(client.readChunk()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1 << 14, 1 << 27})
  void writeThatIsBlocked_isCutAndTheApplicationTold(int size) throws Exception {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    byte[] piece = new byte[size];
    Application app =
        onHttp((receive, send) -> {
          send.send(new HttpResponseStart(200, Headers.none()));
          failure.complete(
              catchThrowable(() -> {
                while (true) {
                  send.send(new HttpResponseBody(piece, true));
                }
              }));
        });
    try (Running server = Running.serve(app, settings -> settings.writeTimeout(SHORT));
        RawClient client = server.connect()) {
      client.send(get("/big"));

      assertThat(failure.get(30, SECONDS)).isInstanceOf(DisconnectedException.class);
      server.awaitLogged("\"GET /big HTTP/1.1\" ");
      assertThat(catchThrowable(() -> readChunks(client))).isInstanceOf(IOException.class);
    }
  }

  private static void readChunks(RawClient client) throws IOException {
    client.readHead();
    while (true) {
      if (client.readChunk().length == 0) {
        throw new AssertionError("a response that was cut looks whole");
      }
    }
  }

  // size

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

        assertRefused(server, client, 413, "\"POST /large ");
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

      assertRefused(server, client, 413, "\"POST /large ");
    }
  }

  @Test
  void hugeBodyThatIsSentAllTheSame_doesNotLoseTheRefusal() throws Exception {
    try (Running server = Running.serve(ECHO);
        RawClient client = server.connect()) {
      client.send("POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: 8000000\r\n\r\n");
      client.send(new byte[8_000_000]);

      assertRefused(server, client, 413, "\"POST /large ");
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
        onHttp((receive, send) -> {
          Inbound message = receive.receive();
          while (message instanceof HttpRequest piece) {
            received.addAndGet(piece.body().length);
            message = receive.receive();
          }
          last.complete(message);
        });
    try (Running server =
            Running.serve(app, settings -> settings.maxRequestSize(ByteSize.of(100)));
        RawClient client = server.connect()) {
      client.send(chunked("/large", 60, 40, 1));

      assertRefused(server, client, 413, "\"POST /large ");
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
        Running.serve(ECHO, settings -> settings.maxConnections(2).healthCheckPath("/health"))) {
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
          RawResponse refusal = assertRefused(server, client, 503, "\"GET /refused ");

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
      assertRefused(server, client, status, "\" " + status + " ");
    }
  }

  /**
   * Refused with this status, by the last answer on the connection, with a line in the access log.
   */
  private static RawResponse assertRefused(
      Running server, RawClient client, int status, String logged) throws Exception {
    RawResponse refusal = client.readResponse();
    String id = refusal.header("X-Request-ID").orElseThrow().substring(0, 12);

    assertThat(refusal.status()).isEqualTo(status);
    assertThat(refusal.header("Connection")).contains("close");
    assertThat(client.isClosedByServer()).isTrue();
    assertThat(server.awaitLogged(line -> line.endsWith("[" + id + "]")))
        .contains(logged)
        .contains("\" " + status + " " + refusal.body().length + " ");
    return refusal;
  }

  /** Sends an octet now and then until the server has had enough; tells how many it took. */
  private static int trickle(RawClient client, String octet, long most) throws IOException {
    for (int count = 0; count < most; count++) {
      client.send(octet);
      Throwable answer = catchThrowable(client::isClosedByServer);
      if (answer != null) {
        return count;
      }
    }
    return (int) most;
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

  private static void answer(Send send, String text) throws IOException {
    send.send(new HttpResponseStart(200, Headers.none()));
    send.send(HttpResponseBody.last(text.getBytes(US_ASCII)));
  }

  private interface Exchange {
    void handle(Receive receive, Send send) throws Exception;
  }

  private static Application onHttp(Exchange exchange) {
    return (scope, receive, send) -> {
      if (scope instanceof HttpScope) {
        exchange.handle(receive, send);
      }
    };
  }
}
