package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static dev.pounce.server.Sample.ECHO;
import static dev.pounce.server.Sample.LONG;
import static dev.pounce.server.Sample.SHORT;
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
import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every limit of time, and the access log's line for what is refused. */
class TimeLimitsTest {

  /** Enough for a busy machine to go on with what flows. */
  private static final Duration AMPLE = Duration.ofMillis(800);

  private static final Duration PACE = Duration.ofMillis(50);

  @AutoClose private final ServerLog log = ServerLog.open();

  @ParameterizedTest
  @ValueSource(
      strings = {"GET /slow HTTP/1.1\r\nHost: h\r\n", "GET /slow HTTP/1.1\r\n", "G", "\r\n", "\r"})
  void headThatStops_gets408AndTheEnd(String part) throws Exception {
    try (Running server = Running.serve(ECHO, settings -> settings.headerTimeout(SHORT));
        RawClient client = server.connect()) {
      client.send(part);

      Refusals.assertNext(
          server, client, 408, part.contains("HTTP/1.1\r\n") ? "\"GET /slow " : "\"- - ");
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
      Refusals.assertNext(server, client, 408, "\"GET /second ");
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

      Refusals.assertNext(server, client, 408, "\"POST /slow ");
      assertThat(last.get(10, SECONDS)).isInstanceOf(HttpDisconnect.class);
    }
  }

  @Test
  void bodyThatFlowsForLongerThanTheRequestTimeout_isServed() throws Exception {
    try (Running server = Running.serve(ECHO, settings -> settings.requestTimeout(AMPLE));
        RawClient client = server.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
      long end = System.nanoTime() + AMPLE.multipliedBy(2).toNanos();
      int chunks = 0;
      while (System.nanoTime() < end) {
        client.send("1\r\nx\r\n");
        chunks++;
        Quiet.assertFor(PACE, client);
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

      Refusals.assertNext(server, client, 504, "\"GET /stuck ");
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

      Refusals.assertNext(server, client, 504, "\"GET /stuck ");
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
      Refusals.assertNext(server, client, 504, "\"GET /stuck ");
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
            Running.serve(app, settings -> settings.requestTimeout(AMPLE).writeTimeout(AMPLE));
        RawClient client = server.connect()) {
      client.send(get("/"));
      client.readHead();
      long end = System.nanoTime() + AMPLE.multipliedBy(2).toNanos();
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
        RawClient client = server.connect()) {
      client.send(get("/"));
      client.readHead();
      assertThat(client.readChunk()).asString().isEqualTo("a");

      Quiet.assertFor(SHORT.multipliedBy(3), client);
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
      server.awaitLogged("\"GET /big HTTP/1.1\" 200 ");
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
