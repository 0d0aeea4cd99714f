package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static dev.pounce.server.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Http;
import dev.pounce.app.Request;
import dev.pounce.app.Response;
import dev.pounce.server.config.Builder;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a drain does for clients that are slow, that are ahead, and that are too many. */
@Timeout(60)
class DrainTest extends Closing {

  /** More than the kernel takes of a response that nobody reads. */
  private static final int LARGE = 32 * 1024 * 1024;

  private final int carriers = Runtime.getRuntime().availableProcessors();
  private final CountDownLatch burning = new CountDownLatch(carriers);

  private Running serve(Consumer<Builder> settings) throws StartupException {
    return Running.serve(
        Http.app(this::handle),
        settings.andThen(
            more -> more.healthCheckPath("/health").keepAliveTimeout(Duration.ofSeconds(30))));
  }

  private Response handle(Request request) throws Exception {
    switch (request.path()) {
      case "/hold" -> {
        held.countDown();
        release.await();
      }
      case "/burn" -> {
        burning.countDown();
        while (release.getCount() > 0) {
          Thread.onSpinWait();
        }
      }
      case "/large" -> {
        held.countDown();
        return Response.text("x".repeat(LARGE));
      }
      default -> {}
    }
    return Response.text(request.method() + " " + request.path() + " " + request.text());
  }

  @Test
  void drain_clientReadsSlowly_getsItWhole() throws Exception {
    try (Running server = serve(settings -> {})) {
      RawClient client = connect(server).send(get("/large"));
      RawResponse head = client.readHead();
      client.readExactly(100_000);
      Thread closing = beginToClose(server);
      assertThat(head.header("Content-Length")).contains(String.valueOf(LARGE));
      for (int read = 100_000; read < LARGE; ) {
        read += client.readExactly(Math.min(1_000_000, LARGE - read)).length;
      }
      assertThat(client.isClosedByServer()).isTrue();
      finish(closing);
      assertThat(log.messages()).contains("Worker 1 stopped").noneMatch(m -> m.contains("force"));
    }
  }

  @Test
  void drain_clientDoesNotRead_isCutAtTheDeadlineAndCounted() throws Exception {
    try (Running server = serve(settings -> settings.shutdownTimeout(Duration.ofMillis(700)))) {
      RawClient client = connect(server).send(get("/large"));
      Thread closing = beginToClose(server);
      log.await("All workers stopped");
      assertThat(log.messages())
          .containsSubsequence(
              DRAINING,
              "Worker 1 did not stop within shutdown_timeout (0.7s) — force terminating",
              "Worker 1 cut 1 request(s)",
              "Worker 1 stopped");
      assertThat(client.readHead().status()).isEqualTo(200);
      finish(closing);
    }
  }

  @Test
  void drain_uploadHasBeenToldToGoOn_isTakenWhole() throws Exception {
    try (Running server = serve(settings -> {})) {
      String request = post("/upload", "the whole body", "Expect: 100-continue");
      String head = request.substring(0, request.length() - "the whole body".length());
      RawClient client = connect(server).send(head);
      assertThat(client.readHead().status()).isEqualTo(100);
      Thread closing = server.closing();
      log.await(DRAINING);
      client.send("the whole");
      assertThat(connect(server).send(get("/")).readResponse().status()).isEqualTo(503);
      client.send(" body");
      RawResponse response = client.readResponse();
      assertThat(response.text()).isEqualTo("POST /upload the whole body");
      assertThat(response.header("Connection")).contains("close");
      finish(closing);
    }
  }

  @Test
  void drain_uploadWaitsToBeToldToGoOn_isToldAndTakenWhole() throws Exception {
    try (Running server = serve(settings -> {})) {
      String request = post("/hold", "the whole body", "Expect: 100-continue");
      String head = request.substring(0, request.length() - "the whole body".length());
      RawClient client = connect(server).send(head);
      Thread closing = beginToClose(server);
      release.countDown();
      assertThat(client.readHead().status()).isEqualTo(100);
      client.send("the whole body");
      assertThat(client.readResponse().text()).isEqualTo("POST /hold the whole body");
      finish(closing);
    }
  }

  @Test
  void drain_requestsSentAheadBefore_areAllAnswered() throws Exception {
    try (Running server = serve(settings -> {})) {
      RawClient client =
          connect(server)
              .send(get("/hold") + post("/1", "body") + get("/health") + get("/2") + get("/3"));
      Thread closing = beginToClose(server);
      release.countDown();
      assertThat(client.readResponse().text()).isEqualTo("GET /hold ");
      assertThat(client.readResponse().text()).isEqualTo("POST /1 body");
      assertThat(client.readResponse().status()).as("health").isEqualTo(503);
      RawResponse last = client.readResponse();
      assertThat(last.text()).isEqualTo("GET /2 ");
      assertThat(last.header("Connection")).isEmpty();
      last = client.readResponse();
      assertThat(last.text()).isEqualTo("GET /3 ");
      assertThat(last.header("Connection")).contains("close");
      assertThat(client.isClosedByServer()).isTrue();
      finish(closing);
    }
  }

  @Test
  void drain_requestsSentAheadAfter_areNotServed() throws Exception {
    try (Running server = serve(settings -> {})) {
      RawClient client = connect(server).send(get("/hold") + get("/before"));
      Thread closing = beginToClose(server);
      release.countDown();
      assertThat(client.readResponse().text()).isEqualTo("GET /hold ");
      client.send(get("/after"));
      RawResponse last = client.readResponse();
      assertThat(last.text()).isEqualTo("GET /before ");
      assertThat(last.header("Connection")).contains("close");
      assertThat(client.isClosedByServer()).isTrue();
      finish(closing);
    }
  }

  @Test
  void drain_everyCarrierIsBusyWhenIdleConnectionsAreClosed_whatWasSentBeforeIsAnswered()
      throws Exception {
    try (Running server = serve(settings -> {})) {
      RawClient idle = connect(server).send(get("/"));
      idle.readResponse();
      for (int i = 0; i < carriers; i++) {
        connect(server).send(get("/burn"));
      }
      Await.latch("every carrier burns", burning);
      String body = "x".repeat(100_000);
      idle.send(post("/upload", body));
      Thread closing = server.closing();
      log.awaitStart("Worker 1 draining");
      Await.until(
          "the drain has gone round",
          () -> {
            RawResponse health = Await.health(server, connect(server));
            return health.status() == 503 && clients.size() > 40;
          });
      release.countDown();
      RawResponse response = idle.readResponse();
      assertThat(response.text()).isEqualTo("POST /upload " + body);
      assertThat(response.header("Connection")).contains("close");
      finish(closing);
    }
  }

  @Test
  void drain_tooManyConnections_eachIsToldItsOwnReason() throws Exception {
    try (Running server = serve(settings -> settings.maxConnections(1))) {
      RawClient client = connect(server).send(get("/hold"));
      Await.latch("a request is under way", held);
      RawClient surplus = connect(server);
      RawClient refused = connect(server).send(get("/"));
      assertThat(refused.readResponse().text()).contains("too many connections");
      Thread closing = server.closing();
      log.awaitStart("Worker 1 draining");
      assertThat(connect(server).send(get("/")).readResponse().text()).contains("shutting down");
      assertThat(surplus.isClosedByServer()).isTrue();
      release.countDown();
      assertThat(client.readResponse().status()).isEqualTo(200);
      finish(closing);
      assertThat(log.messages()).contains("Worker 1 stopped").noneMatch(m -> m.contains("force"));
    }
  }

  @Test
  void lameDuck_servesOnWhileItsHealthCheckSays503_thenDrains() throws Exception {
    try (Running server = serve(settings -> settings.lameDuck(Duration.ofSeconds(2)))) {
      RawClient open = connect(server).send(get("/before"));
      open.readResponse();
      Thread closing = server.closing();
      log.await("Serving for 2.0s more, health check at 503");
      RawResponse health = Await.health(server, connect(server));
      assertThat(health.status()).isEqualTo(503);
      assertThat(health.text()).contains("\"status\":\"draining\"");
      for (RawClient client : List.of(open, connect(server))) {
        RawResponse response = client.send(get("/meanwhile")).readResponse();
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Connection")).isEmpty();
      }
      assertThat(log.messages()).doesNotContain("Shutting down 1 worker(s)...");
      assertThat(open.isClosedByServer()).isTrue();
      finish(closing);
      assertThat(log.messages())
          .containsSubsequence(
              "Serving for 2.0s more, health check at 503",
              "Shutting down 1 worker(s)...",
              "All workers stopped");
    }
  }

  @Test
  void lameDuck_none_isNotSpokenOf() throws Exception {
    serve(settings -> settings.lameDuck(Duration.ZERO)).close();
    assertThat(log.messages())
        .contains("Shutting down 1 worker(s)...")
        .noneMatch(message -> message.startsWith("Serving for"));
  }

  @Test
  void lameDuck_secondSignal_endsItAndWaitsForNothingMore() throws Exception {
    try (Child server = Child.start("64m", "lame-duck=10m", "health-check-path=/health");
        RawClient client = server.connect()) {
      server.signal("TERM");
      server.awaitLine("Serving for 600.0s more, health check at 503");
      assertThat(client.send(get("/")).readResponse().text()).isEqualTo("hello");
      server.signal("TERM");
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(server.exitCode(Duration.ofSeconds(20)))
          .as("the application's shutdown is left behind")
          .isEqualTo(1);
      assertThat(server.lines()).contains("Worker 1 cut 0 request(s)", "All workers stopped");
    }
  }
}
