package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static dev.pounce.server.Requests.post;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pounce.app.Http;
import dev.pounce.app.Lifespan;
import dev.pounce.app.Request;
import dev.pounce.app.Response;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server inside another program that is closed: who is served to the end, and who is not. */
@Timeout(60)
class ShutdownTest extends Closing {

  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final Queue<String> events = new ConcurrentLinkedQueue<>();

  private Running serve() throws StartupException {
    return serve(1, Duration.ofSeconds(30));
  }

  private Running serve(int workers, Duration shutdownTimeout) throws StartupException {
    return Running.serve(
        Lifespan.around(
            Http.app(this::handle), state -> events.add("started"), state -> events.add("stopped")),
        settings ->
            settings
                .workers(workers)
                .healthCheckPath("/health")
                .keepAliveTimeout(Duration.ofSeconds(30))
                .shutdownTimeout(shutdownTimeout));
  }

  private Response handle(Request request) throws Exception {
    try {
      switch (request.path()) {
        case "/hold" -> {
          held.countDown();
          release.await();
        }
        case "/stream" -> {
          return Response.stream(
              "text/plain",
              out -> {
                out.write("first".getBytes(ISO_8859_1));
                held.countDown();
                release.await();
                out.write(", last".getBytes(ISO_8859_1));
              });
        }
        case "/upload" -> {
          held.countDown();
          return Response.text(request.text());
        }
        default -> {}
      }
    } catch (InterruptedException e) {
      interrupted.countDown();
      throw e;
    }
    events.add("answered");
    return Response.text("hello");
  }

  @Test
  void close_nothingUnderWay_stopsEachWorker() throws Exception {
    serve(2, Duration.ofSeconds(30)).close();
    assertThat(log.messages())
        .containsSubsequence(
            "Shutting down 2 worker(s)...",
            "Worker 1 shutting down (no active connections)",
            "Worker 2 shutting down (no active connections)",
            "Worker 2 stopped",
            "All workers stopped")
        .containsSubsequence("Worker 1 stopped", "All workers stopped");
    assertThat(events).containsExactly("started", "stopped");
  }

  @Test
  void close_requestUnderWay_isAnsweredAndItsConnectionEnds() throws Exception {
    try (Running server = serve()) {
      RawClient client = connect(server).send(get("/hold"));
      Thread closing = beginToClose(server);
      release.countDown();
      RawResponse response = client.readResponse();
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.text()).isEqualTo("hello");
      assertThat(response.header("Connection")).contains("close");
      assertThat(client.isClosedByServer()).isTrue();
      finish(closing);
      assertThat(log.messages())
          .containsSubsequence(
              "Shutting down 1 worker(s)...", DRAINING, "Worker 1 stopped", "All workers stopped")
          .noneMatch(message -> message.contains("force"));
      assertThat(events).containsExactly("started", "answered", "stopped");
      assertThat(server.logged())
          .hasSize(1)
          .first()
          .asString()
          .contains("\"GET /hold HTTP/1.1\" 200");
    }
  }

  @Test
  void close_streamUnderWay_goesOutWhole() throws Exception {
    try (Running server = serve()) {
      RawClient client = connect(server).send(get("/stream"));
      assertThat(client.readHead().header("Connection")).isEmpty();
      Thread closing = beginToClose(server);
      release.countDown();
      assertThat(client.readChunk()).asString(ISO_8859_1).isEqualTo("first");
      assertThat(client.readChunk()).asString(ISO_8859_1).isEqualTo(", last");
      assertThat(client.readChunk()).isEmpty();
      assertThat(client.isClosedByServer()).isTrue();
      finish(closing);
    }
  }

  @Test
  void close_uploadUnderWay_isTakenWhole() throws Exception {
    try (Running server = serve()) {
      String request = post("/upload", "the whole body");
      RawClient client = connect(server).send(request.substring(0, request.length() - 5));
      Thread closing = beginToClose(server);
      client.send(request.substring(request.length() - 5));
      assertThat(client.readResponse().text()).isEqualTo("the whole body");
      finish(closing);
    }
  }

  @Test
  void close_partOfARequestHasArrived_theRestIsTakenAndAnswered() throws Exception {
    try (Running server = serve()) {
      RawClient client = connect(server).send("GET / HTTP/1.1\r\nHo");
      Await.until("the server has the part", () -> ReceiveQueue.bytes(client) == 0);
      Thread closing = server.closing();
      log.await(DRAINING);
      client.send("st: a\r\n\r\n");
      RawResponse response = client.readResponse();
      assertThat(response.text()).isEqualTo("hello");
      assertThat(response.header("Connection")).contains("close");
      finish(closing);
    }
  }

  @Test
  void close_idleConnections_areClosedWithoutAWord() throws Exception {
    try (Running server = serve()) {
      RawClient fresh = connect(server);
      RawClient idle = connect(server).send(get("/"));
      idle.readResponse();
      connect(server).send(get("/hold"));
      Thread closing = beginToClose(server);
      assertThat(idle.isClosedByServer()).isTrue();
      assertThat(fresh.isClosedByServer()).isTrue();
      finish(closing);
    }
  }

  @Test
  void close_requestsSentBeforeOnOpenConnections_areAllAnswered() throws Exception {
    try (Running server = serve()) {
      List<RawClient> open = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        RawClient client = connect(server).send(get("/"));
        client.readResponse();
        open.add(client);
      }
      for (RawClient client : open) {
        client.send(get("/"));
      }
      Thread closing = server.closing();
      for (RawClient client : open) {
        assertThat(client.readResponse().text()).isEqualTo("hello");
      }
      finish(closing);
    }
  }

  @Test
  void close_requestsSentBeforeOnNewConnections_areAllAnsweredOrRefused() throws Exception {
    for (int round = 0; round < 10; round++) {
      try (Running server = serve()) {
        List<RawClient> fresh = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          fresh.add(connect(server).send(get("/")));
        }
        Thread closing = server.closing();
        for (RawClient client : fresh) {
          assertThat(client.readResponse().status()).isIn(200, 503);
        }
        finish(closing);
      }
    }
  }

  @Test
  void close_clientsKeepAsking_everyHandledRequestIsAnswered() throws Exception {
    AtomicInteger answered = new AtomicInteger();
    List<Thread> asking = new ArrayList<>();
    try (Running server = serve(2, Duration.ofSeconds(30))) {
      for (int i = 0; i < 8; i++) {
        RawClient client = connect(server);
        asking.add(Thread.ofPlatform().start(() -> askUntilClosed(client, answered)));
      }
      Await.until("all are busy", () -> answered.get() > 500);
      server.close();
      for (Thread thread : asking) {
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
      }
    }
    assertThat(events).filteredOn("answered"::equals).hasSize(answered.get());
    assertThat(events).endsWith("answered", "stopped");
  }

  private static void askUntilClosed(RawClient client, AtomicInteger answered) {
    try {
      boolean open = true;
      while (open) {
        RawResponse response = client.send(get("/")).readResponse();
        answered.incrementAndGet();
        open = response.header("Connection").isEmpty();
      }
    } catch (IOException e) {
      // the server has closed the connection while it was idle
    }
  }

  @Test
  void drain_newConnection_isRefused() throws Exception {
    try (Running server = serve()) {
      RawClient client = connect(server).send(get("/hold"));
      Thread closing = beginToClose(server);
      RawClient late = connect(server).send(get("/late"));
      RawResponse refused = late.readResponse();
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("Connection")).contains("close");
      assertThat(refused.header("Retry-After")).contains("5");
      assertThat(refused.header("X-Request-ID")).isPresent();
      assertThat(late.isClosedByServer()).isTrue();
      assertThat(server.awaitLogged("/late")).contains("\"GET /late HTTP/1.1\" 503");
      release.countDown();
      assertThat(client.readResponse().status()).isEqualTo(200);
      finish(closing);
      assertThat(events).containsExactly("started", "answered", "stopped");
    }
  }

  @Test
  void drain_healthCheck_saysDrainingFromTheFirstMomentToTheLast() throws Exception {
    try (Running server = serve(3, Duration.ofSeconds(30))) {
      RawClient client = connect(server).send(get("/hold"));
      Thread closing = beginToClose(server);
      assertThat(Await.activeConnections(Await.health(server, connect(server))))
          .as("the request under way, and the question itself")
          .isEqualTo(2);
      for (int i = 0; i < 5; i++) {
        RawResponse health = Await.health(server, connect(server));
        assertThat(health.status()).isEqualTo(503);
        assertThat(health.text()).contains("\"status\":\"draining\"");
        assertThat(health.header("Cache-Control")).contains("no-cache, no-store");
        assertThat(health.header("Connection")).contains("close");
      }
      release.countDown();
      assertThat(client.readResponse().status()).isEqualTo(200);
      finish(closing);
      assertThat(server.logged()).noneMatch(line -> line.contains("/health"));
    }
  }

  @Test
  void close_handlerDoesNotEnd_isInterruptedAndCutAfterTheTimeout() throws Exception {
    try (Running server = serve(1, Duration.ofMillis(1200))) {
      RawClient client = connect(server).send(get("/hold"));
      Thread closing = beginToClose(server);
      assertThat(client.readAll()).isEmpty();
      Await.latch("the handler is interrupted", interrupted);
      finish(closing);
      assertThat(log.messages())
          .containsSubsequence(
              DRAINING,
              "Worker 1 did not stop within shutdown_timeout (1.2s) — force terminating",
              "Worker 1 stopped",
              "All workers stopped");
      assertThat(events).containsExactly("started", "stopped");
    }
  }

  @Test
  void close_requestEndsBeforeTheTimeout_isNeverInterrupted() throws Exception {
    try (Running server = serve(1, Duration.ofSeconds(30))) {
      RawClient client = connect(server).send(get("/hold"));
      Thread closing = beginToClose(server);
      assertThat(connect(server).send(get("/")).readResponse().status()).isEqualTo(503);
      release.countDown();
      assertThat(client.readResponse().status()).isEqualTo(200);
      finish(closing);
      assertThat(interrupted.getCount()).isEqualTo(1);
    }
  }

  @Test
  void close_severalWorkers_onlyThoseWithRequestsDrain() throws Exception {
    try (Running server = serve(3, Duration.ofSeconds(30))) {
      RawClient client = connect(server).send(get("/hold"));
      Thread closing = beginToClose(server);
      log.await("Worker 2 stopped");
      log.await("Worker 3 stopped");
      assertThat(log.messages()).doesNotContain("Worker 1 stopped", "All workers stopped");
      release.countDown();
      assertThat(client.readResponse().status()).isEqualTo(200);
      finish(closing);
      assertThat(log.messages())
          .containsSubsequence(
              "Shutting down 3 worker(s)...",
              DRAINING,
              "Worker 2 shutting down (no active connections)",
              "Worker 3 shutting down (no active connections)",
              "Worker 1 stopped",
              "All workers stopped");
    }
  }

  @Test
  void close_done_nobodyListensAnyMore() throws Exception {
    Running server = serve();
    int port = server.port();
    server.close();
    assertThatThrownBy(() -> RawClient.connect(port).close()).isInstanceOf(ConnectException.class);
  }

  @Test
  void close_twice_isDoneOnce() throws Exception {
    Running server = serve();
    server.close();
    server.close();
    assertThat(log.messages()).containsOnlyOnce("All workers stopped");
    assertThat(events).containsExactly("started", "stopped");
  }
}
