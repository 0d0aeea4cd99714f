package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static dev.pounce.server.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pounce.app.Http;
import dev.pounce.app.Request;
import dev.pounce.app.Response;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Handlers that compute on every carrier, so that no virtual thread runs but theirs. */
@Timeout(60)
class LifelineTest {

  /** What is promised is 300 ms; a machine that is busy with other things gets more. */
  private static final Duration SOON = Duration.ofSeconds(5);

  private static final Duration PROBE_EVERY = Duration.ofMillis(50);
  private static final int PROBES = 40;

  /** Each probe takes about as long as a drain waits before it ends what seems idle. */
  private static final int STEPS_OF_A_DRAIN = 4;

  private static final int LATE = 400;
  private static final Duration PACE = Duration.ofNanos(150_000);
  private static final int CARRIERS = Runtime.getRuntime().availableProcessors();

  private final AtomicInteger burning = new AtomicInteger();
  private volatile boolean released;
  private Running server;

  /** A connection that was there before the burn. */
  private RawClient kept;

  private final List<RawClient> clients = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    burnOnEveryCarrier(Duration.ofSeconds(30));
  }

  private void burnOnEveryCarrier(Duration requestTimeout) throws Exception {
    released = false;
    burning.set(0);
    server =
        Running.serve(
            Http.app(this::handle),
            s ->
                s.healthCheckPath("/health")
                    .metricsPath("/metrics")
                    .requestTimeout(requestTimeout));
    kept = connect();
    kept.send(get("/first")).readResponse();
    for (int i = 0; i < 2 * CARRIERS + 1; i++) {
      connect().send(get("/burn"));
    }
    Await.until("every carrier burns", () -> burning.get() >= CARRIERS);
    Await.connections(server, clients.size());
  }

  @AfterEach
  void stop() throws IOException {
    released = true;
    for (RawClient client : clients) {
      client.close();
    }
    clients.clear();
    server.close();
  }

  private Response handle(Request request) throws IOException {
    if (request.path().equals("/burn")) {
      burning.incrementAndGet();
      while (!released) {
        Thread.onSpinWait();
      }
    }
    return Response.text(request.path() + request.text());
  }

  private RawClient connect() throws IOException {
    RawClient client = RawClient.connect(server.port(), Duration.ofSeconds(10));
    clients.add(client);
    return client;
  }

  @Test
  void stall_everyCarrierBurns_isLoggedOnceWithTheStacksOfThoseThatBurn() throws Exception {
    try (ServerLog log = ServerLog.open()) {
      String said = log.awaitStart("Virtual threads");
      assertThat(said)
          .startsWith(
              "Virtual threads have not been scheduled for 1.0s; "
                  + CARRIERS
                  + " hold(s) the carriers:\n");
      assertThat(said.lines().filter(line -> line.matches(" {4}GET /burn \\[\\w{32}]")))
          .hasSize(CARRIERS);
      assertThat(said.lines().filter(line -> line.contains("LifelineTest.handle(")))
          .hasSize(CARRIERS);
      released = true;
      Await.until("all have burnt", () -> burning.get() == 2 * CARRIERS + 1);
      assertThat(log.messages()).filteredOn(line -> line.startsWith("Virtual threads")).hasSize(1);
    }
  }

  @Test
  void stall_everyCarrierBurns_isCountedOnce() throws Exception {
    try (ServerLog log = ServerLog.open()) {
      log.awaitStart("Virtual threads");
      assertThat(ask("/metrics").text()).contains("\npounce_scheduler_stalls_total 1\n");
      probe();
      assertThat(ask("/metrics").text()).contains("\npounce_scheduler_stalls_total 1\n");
    }
  }

  /** Whoever was looked at last while it burnt, and is asked for as it ends. */
  @Test
  void requests_comeOneByOneAsTheBurnEnds_areEachServedOnce() throws Exception {
    List<RawClient> waiting = new ArrayList<>();
    for (int i = 0; i < LATE; i++) {
      waiting.add(connect());
    }
    Await.connections(server, clients.size());
    released = true;
    for (RawClient client : waiting) {
      client.send(get("/late"));
      long next = System.nanoTime() + PACE.toNanos();
      while (System.nanoTime() < next) {
        Thread.onSpinWait();
      }
    }
    for (int request = 0; request < 5; request++) {
      for (RawClient client : waiting) {
        assertThat(client.readResponse().text()).startsWith("/late");
        client.send(get("/late" + request));
      }
    }
  }

  @Test
  void health_everyCarrierBurns_isAnsweredAllTheWhile() throws Exception {
    List<Duration> answers = new ArrayList<>();
    CountDownLatch left = new CountDownLatch(PROBES);
    try (ScheduledExecutorService prober = Executors.newSingleThreadScheduledExecutor()) {
      Future<?> probing =
          prober.scheduleAtFixedRate(
              () -> {
                answers.add(probe());
                left.countDown();
              },
              0,
              PROBE_EVERY.toMillis(),
              TimeUnit.MILLISECONDS);
      boolean all = left.await(30, TimeUnit.SECONDS);
      assertThat(all)
          .as("all probes are answered%s", probing.isDone() ? ": " + probing.exceptionNow() : "")
          .isTrue();
      probing.cancel(false);
    }
    Duration slowest = answers.stream().max(Duration::compareTo).orElseThrow();
    System.out.println(
        "measured: health check under burn: slowest of "
            + answers.size()
            + " answers: "
            + slowest.toMillis()
            + " ms");
    assertThat(slowest).isLessThan(SOON);
    assertThat(burning).as("handlers that have run so far").hasValue(CARRIERS);
  }

  private RawResponse health() throws IOException {
    return ask("/health");
  }

  private RawResponse ask(String path) throws IOException {
    try (RawClient client = RawClient.connect(server.port(), Duration.ofSeconds(10))) {
      return client.send(get(path)).readResponse();
    }
  }

  private Duration probe() {
    long start = System.nanoTime();
    try {
      RawResponse health = health();
      Duration taken = Duration.ofNanos(System.nanoTime() - start);
      assertThat(health.status()).isEqualTo(200);
      assertThat(health.text()).contains("\"status\":\"ok\"");
      assertThat(health.header("X-Request-ID").orElseThrow()).hasSize(32);
      assertThat(health.header("Cache-Control")).contains("no-cache, no-store");
      return taken;
    } catch (IOException e) {
      throw new AssertionError("a probe failed", e);
    }
  }

  @Test
  void requests_arriveWhileCarriersBurn_waitAndAreAllAnswered() throws Exception {
    List<RawClient> waiting = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      waiting.add(connect().send(post("/" + i, "body") + get("/again")));
    }
    probe();
    RawClient first = waiting.getFirst();
    first.socket().setSoTimeout(200);
    assertThatThrownBy(() -> first.readExactly(1)).isInstanceOf(SocketTimeoutException.class);
    released = true;
    first.socket().setSoTimeout(10_000);
    for (int i = 0; i < 20; i++) {
      assertThat(waiting.get(i).readResponse().text()).isEqualTo("/" + i + "body");
      assertThat(waiting.get(i).readResponse().text()).isEqualTo("/again");
    }
  }

  @Test
  void requests_comeInPartsDuringAndAfterTheBurn_areAnswered() throws Exception {
    RawClient silent = connect();
    RawClient partly = connect().send("POST /partly HTTP/1.1\r\nHo");
    RawClient withoutBody =
        connect().send("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n, wh");
    probe();
    partly.send("st: a\r\nContent-Length: 5\r\n");
    probe();
    released = true;
    silent.send(get("/silent"));
    partly.send("\r\n, too");
    withoutBody.send("ole!");
    assertThat(silent.readResponse().text()).isEqualTo("/silent");
    assertThat(partly.readResponse().text()).isEqualTo("/partly, too");
    assertThat(withoutBody.readResponse().text()).isEqualTo("/body, whole!");
    silent.send(get("/keep-alive"));
    assertThat(silent.readResponse().text()).isEqualTo("/keep-alive");
  }

  @Test
  void health_drainBeginsDuringTheBurn_saysDraining() throws Exception {
    try (ServerLog log = ServerLog.open()) {
      Thread closing = server.closing();
      log.await("Shutting down 1 worker(s)...");
      RawResponse health = health();
      assertThat(health.status()).isEqualTo(503);
      assertThat(health.text()).contains("\"status\":\"draining\"");
      assertThat(closing.isAlive()).as("the burning requests are waited for").isTrue();
      released = true;
      for (RawClient burner : clients.subList(1, clients.size())) {
        assertThat(burner.readResponse().status()).isEqualTo(200);
      }
      closing.join();
    }
  }

  @Test
  void request_sentBeforeADrainThatBeginsDuringTheBurn_isAnswered() throws Exception {
    kept.send(get("/last"));
    try (ServerLog log = ServerLog.open()) {
      Thread closing = server.closing();
      log.await("Shutting down 1 worker(s)...");
      for (int i = 0; i < STEPS_OF_A_DRAIN; i++) {
        assertThat(health().status()).isEqualTo(503);
      }
      released = true;
      RawResponse last = kept.readResponse();
      assertThat(last.text()).isEqualTo("/last");
      assertThat(last.header("connection")).contains("close");
      closing.join();
    }
  }

  @Test
  void requestTimeout_handlersBurnOnEveryCarrier_isAnsweredAllTheSame() throws Exception {
    stop();
    burnOnEveryCarrier(Duration.ofMillis(500));

    int timedOut = 0;
    for (RawClient burner : clients.subList(1, clients.size())) {
      burner.socket().setSoTimeout(2_000);
      try {
        assertThat(burner.readResponse().status()).isEqualTo(504);
        timedOut++;
      } catch (SocketTimeoutException e) {
        // its handler has yet to begin
      }
    }
    assertThat(timedOut).isEqualTo(CARRIERS);
  }

  @Test
  void connections_openedDuringTheBurn_leaveNothingBehind() throws Exception {
    for (int i = 0; i < 10; i++) {
      connect().close();
      connect().send("GET /hea").close();
      connect().send(get("/left")).reset();
      probe();
    }
    released = true;
    for (RawClient client : clients) {
      client.close();
    }
    Await.noConnections(server);
  }
}
