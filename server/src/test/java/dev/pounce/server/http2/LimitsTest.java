package dev.pounce.server.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.server.Await;
import dev.pounce.server.Running;
import dev.pounce.server.ServerLog;
import dev.pounce.server.config.Builder;
import dev.pounce.server.config.ByteSize;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is larger or more than allowed, on a connection that goes on. */
@Timeout(60)
class LimitsTest {

  private static final Application ECHO =
      Http.app(r -> Response.bytes("application/octet-stream", r.bytes()));

  private static final Consumer<Builder> TIGHT =
      settings ->
          settings
              .maxRequestSize(ByteSize.of(100))
              .maxRequestLine(ByteSize.of(64))
              .maxHeaderLine(ByteSize.of(200))
              .maxHeaderSize(ByteSize.kib(4))
              .maxHeaders(20);

  private final CountDownLatch release = new CountDownLatch(1);

  /** Answers when it is released. */
  private final Application held =
      Http.app(r -> {
        release.await();
        return Response.text("done");
      });

  @AutoClose private final ServerLog log = ServerLog.open();

  /** A request with a path so long, so many fields, of values so long. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "long path,        70, 0,  0,   0,   414, path longer than 64 bytes",
    "many fields,      1,  21, 1,   0,   431, more than 20 header fields",
    "long field,       1,  1,  200, 0,   431, header field longer than 200 bytes",
    "large head,       1,  20, 180, 0,   431, head larger than 4096 bytes",
    "declared length,  1,  0,  0,   101, 413, request body larger than 100 bytes",
  })
  void request_beyondALimit_isRefusedAndOthersAreNot(
      String what, int path, int fields, int value, int length, int status, String reason)
      throws Exception {
    try (Running server = Running.serve(ECHO, TIGHT);
        Client client = Client.open(server)) {
      Fields head = Fields.of("GET", "/" + "p".repeat(path - 1));
      for (int i = 0; i < fields; i++) {
        head.with("x-" + i, "v".repeat(value));
      }
      if (length > 0) {
        head.with("content-length", String.valueOf(length));
      }
      int stream = client.request(length > 0 ? 0 : Frame.END_STREAM, head);
      Answer answer = client.whole(stream);
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.text()).isEqualTo(reason + "\n");
      if (length > 0) {
        assertThat(client.awaitReset(stream)).isEqualTo(ErrorCode.NO_ERROR);
      }
      RequestRejected rejected = server.story().await(RequestRejected.class);
      assertThat(rejected.reason()).isEqualTo(RequestRejected.Reason.TOO_LARGE);
      assertThat(rejected.status()).isEqualTo(status);
      assertThat(rejected.bytesSent()).isEqualTo(answer.length());
      assertThat(rejected.requestId()).hasToString(answer.field("x-request-id"));
      server.awaitLogged(" HTTP/2\" " + status + " " + answer.length() + " ");
      assertThat(server.story().of(RequestStarted.class)).isEmpty();
      assertThat(client.echo("and on")).isEqualTo("and on");
    }
  }

  @Test
  void body_streamedBeyondTheLimit_isRefusedAndOthersAreNot() throws Exception {
    try (Running server = Running.serve(ECHO, TIGHT);
        Client client = Client.open(server)) {
      int stream = client.post("/up");
      client.data(stream, "x".repeat(60)).data(stream, "x".repeat(60));
      Answer answer = client.whole(stream);
      assertThat(answer.status()).isEqualTo(413);
      assertThat(client.awaitReset(stream)).isEqualTo(ErrorCode.NO_ERROR);
      ResponseCompleted completed = server.story().await(ResponseCompleted.class);
      assertThat(completed.status()).isEqualTo(413);
      RequestRejected rejected = server.story().await(RequestRejected.class);
      assertThat(rejected.reason()).isEqualTo(RequestRejected.Reason.TOO_LARGE);
      assertThat(rejected.path()).isEqualTo("/up");
      assertThat(client.echo("and on")).isEqualTo("and on");
    }
  }

  @Test
  void oneStreamTooMany_isRefusedUntilOthersEnd() throws Exception {
    try (Running server = Running.serve(held, s -> s.maxConcurrentStreams(3));
        Client client = Client.open(server)) {
      assertThat(client.await(Frame.SETTINGS).setting(Settings.MAX_CONCURRENT_STREAMS))
          .isEqualTo(3);
      int first = client.get("/");
      client.get("/");
      client.get("/");
      int fourth = client.get("/fourth");
      assertThat(client.awaitReset(fourth)).isEqualTo(ErrorCode.REFUSED_STREAM);
      RequestRejected rejected = server.story().await(RequestRejected.class);
      assertThat(rejected.reason()).isEqualTo(RequestRejected.Reason.OVER_LIMIT);
      assertThat(rejected.path()).isEqualTo("/fourth");
      server.awaitLogged("\"GET /fourth HTTP/2\" 503 0 ");
      release.countDown();
      assertThat(client.whole(first).text()).isEqualTo("done");
      assertThat(client.whole(client.get("/")).text()).isEqualTo("done");
    }
  }

  /** A client may open the next stream as soon as it has the last of a response. */
  @Test
  void streamWhoseResponseIsWhole_makesRoomAtOnce() throws Exception {
    try (Running server = Running.serve(ECHO, s -> s.maxConcurrentStreams(1));
        Client client = Client.open(server)) {
      for (int i = 0; i < 300; i++) {
        assertThat(client.whole(client.get("/")).status()).isEqualTo(200);
      }
    }
  }

  @Test
  void frame_largerThanAllowed_endsTheConnection() throws Exception {
    try (Running server = Running.serve(ECHO);
        Client client = Client.open(server)) {
      client.frame(Frame.DATA, 0, client.post("/"), new byte[16_385]);
      Received end = client.awaitEnd();
      assertThat(end.code()).isEqualTo(ErrorCode.FRAME_SIZE_ERROR);
      assertThat(end.last()).isEqualTo(1);
    }
  }

  @Test
  void overMaxConnections_is503_andBuiltInsAreAnswered() throws Exception {
    try (Running server =
            Running.serve(
                ECHO, s -> s.maxConnections(1).healthCheckPath("/health").metricsPath("/metrics"));
        Client first = Client.open(server)) {
      first.whole(first.get("/"));
      try (Client second = Client.open(server)) {
        Answer health = second.whole(second.get("/health"));
        assertThat(health.status()).isEqualTo(200);
        assertThat(second.whole(second.get("/metrics")).text()).contains("pounce_");
        Answer refused = second.whole(second.get("/app"));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.field("retry-after")).isEqualTo("5");
        RequestRejected rejected = server.story().await(RequestRejected.class);
        assertThat(rejected.reason()).isEqualTo(RequestRejected.Reason.OVER_LIMIT);
        server.awaitLogged("\"GET /app HTTP/2\" 503 ");
        Received goAway = second.await(Frame.GOAWAY);
        assertThat(goAway.code()).isEqualTo(ErrorCode.NO_ERROR);
        second.pong(second.await(Frame.PING)).readToEnd();
      }
      assertThat(first.whole(first.get("/")).status()).isEqualTo(200);
    }
  }

  @Test
  void health_isAnsweredInTheApplicationsPlace() throws Exception {
    try (Running server = Running.serve(ECHO, s -> s.healthCheckPath("/health"));
        Client client = Client.open(server)) {
      assertThat(client.whole(client.get("/health")).text()).contains("\"status\":\"ok\"");
      Answer head = client.whole(client.request(Frame.END_STREAM, Fields.of("HEAD", "/health")));
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.length()).isZero();
      assertThat(
              client.whole(client.request(Frame.END_STREAM, Fields.of("PUT", "/health"))).status())
          .isEqualTo(405);
      assertThat(server.story().of(RequestStarted.class)).isEmpty();
    }
  }

  @Test
  void health_withAllStreamsTaken_isRefusedOnThisConnectionAlone() throws Exception {
    try (Running server =
            Running.serve(held, s -> s.maxConcurrentStreams(1).healthCheckPath("/health"));
        Client busy = Client.open(server);
        Client other = Client.open(server)) {
      int waiting = busy.get("/");
      assertThat(busy.awaitReset(busy.get("/health"))).isEqualTo(ErrorCode.REFUSED_STREAM);
      assertThat(other.whole(other.get("/health")).status()).isEqualTo(200);
      release.countDown();
      busy.whole(waiting);
    }
  }

  @Test
  void connection_thatClosesInOrder_isComplete() throws Exception {
    Running server = Running.serve(ECHO);
    try (server) {
      try (Client client = Client.open(server)) {
        client.whole(client.get("/"));
        int stream = client.post("/");
        client.last(stream, "four").whole(stream);
      }
      ConnectionCompleted end = server.story().await(ConnectionCompleted.class);
      assertThat(end.reason()).isEqualTo(ConnectionCompleted.Reason.COMPLETE);
      assertThat(end.requestsServed()).isEqualTo(2);
      assertThat(end.totalBytesSent()).isEqualTo(4);
      Await.until("both are logged", () -> server.logged().size() == 2);
    }
  }
}
