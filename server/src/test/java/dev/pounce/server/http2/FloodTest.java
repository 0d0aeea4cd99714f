package dev.pounce.server.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.HttpDisconnect;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Response;
import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestRejected;
import dev.pounce.server.Await;
import dev.pounce.server.Running;
import dev.pounce.server.ServerLog;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that mean harm. */
@Timeout(60)
class FloodTest {

  private static final Application HELLO = Http.app(r -> Response.text("hello"));
  private static final int STREAMS = 10;

  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger calls = new AtomicInteger();
  private final CountDownLatch release = new CountDownLatch(1);
  @AutoClose private final ServerLog log = ServerLog.open();

  /** Holds every request, and counts how many it has at a time. */
  private final Application slow =
      (scope, receive, send) -> {
        if (scope instanceof HttpScope) {
          calls.incrementAndGet();
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          try {
            release.await();
          } finally {
            running.decrementAndGet();
          }
        }
      };

  @AfterEach
  void letGo() {
    release.countDown();
  }

  /** One thing that a client does, again and again. */
  @FunctionalInterface
  private interface Act {
    void again(Client client) throws IOException;
  }

  /** Does something until the server has had enough, which it has to have after so many times. */
  private static Received flood(Client client, int most, Act act) throws IOException {
    try {
      for (int i = 0; i < most; i++) {
        act.again(client);
      }
    } catch (SocketException e) {
      // it has had enough already
    }
    return client.awaitEnd();
  }

  private static void assertCalmed(Running server, Received end, String reason) throws Exception {
    assertThat(end.code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
    assertThat(end.debug()).contains(reason);
    Await.until(
        "a rejection",
        () ->
            server.story().of(RequestRejected.class).stream()
                .anyMatch(r -> r.reason() == RequestRejected.Reason.RATE));
    server.awaitLogged("\"- - ");
    assertThat(server.story().await(ConnectionCompleted.class).reason())
        .isEqualTo(ConnectionCompleted.Reason.ERROR);
  }

  @Test
  void pings_areTooManyAtSomePoint() throws Exception {
    try (Running server = Running.serve(HELLO);
        Client client = Client.open(server)) {
      assertCalmed(server, flood(client, 3000, c -> c.ping(1)), "frames that carry nothing");
    }
  }

  @Test
  void settings_areTooManyAtSomePoint() throws Exception {
    try (Running server = Running.serve(HELLO);
        Client client = Client.open(server)) {
      assertCalmed(server, flood(client, 3000, Client::settings), "frames that carry nothing");
    }
  }

  @Test
  void priorities_areTooManyAtSomePoint() throws Exception {
    byte[] priority = {0, 0, 0, 0, 1};
    try (Running server = Running.serve(HELLO);
        Client client = Client.open(server)) {
      assertCalmed(
          server,
          flood(client, 3000, c -> c.frame(Frame.PRIORITY, 0, 5, priority)),
          "frames that carry nothing");
    }
  }

  @Test
  void emptyData_isTooMuchAtSomePoint() throws Exception {
    try (Running server = Running.serve(slow);
        Client client = Client.open(server)) {
      int stream = client.post("/");
      Received end = flood(client, 3000, c -> c.frame(Frame.DATA, 0, stream));
      release.countDown();
      assertCalmed(server, end, "frames that carry nothing");
    }
  }

  @Test
  void emptyContinuations_areTooManyAtSomePoint() throws Exception {
    try (Running server = Running.serve(HELLO);
        Client client = Client.open(server)) {
      int stream = client.take();
      client.frame(Frame.HEADERS, 0, stream, Fields.of("GET", "/").octets());
      Received end = flood(client, 100, c -> c.frame(Frame.CONTINUATION, 0, stream));
      assertThat(end.code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
      RequestRejected rejected = server.story().await(RequestRejected.class);
      assertThat(rejected.reason()).isEqualTo(RequestRejected.Reason.TOO_LARGE);
      assertThat(rejected.status()).isEqualTo(431);
    }
  }

  @Test
  void fullContinuations_areTooMuchAtSomePoint() throws Exception {
    byte[] fields = Fields.only("x", "v".repeat(16_000)).octets();
    try (Running server = Running.serve(HELLO);
        Client client = Client.open(server)) {
      int stream = client.take();
      client.frame(Frame.HEADERS, 0, stream, Fields.of("GET", "/").octets());
      Received end = flood(client, 20, c -> c.frame(Frame.CONTINUATION, 0, stream, fields));
      assertThat(end.code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
      assertThat(server.story().await(RequestRejected.class).status()).isEqualTo(431);
    }
  }

  @Test
  void headerBomb_endsTheConnection() throws Exception {
    try (Running server = Running.serve(HELLO);
        Client client = Client.open(server)) {
      Fields bomb = Fields.of("GET", "/").indexing("x", "v".repeat(4000));
      for (int i = 0; i < 2000; i++) {
        bomb.indexed(62);
      }
      client.request(Frame.END_STREAM, bomb);
      Received end = client.awaitEnd();
      assertThat(end.code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
      assertThat(server.story().await(RequestRejected.class).status()).isEqualTo(431);
      server.awaitLogged(" 431 0 ");
    }
  }

  @Test
  void cookieBomb_isRefusedQuickly() throws Exception {
    try (Running server = Running.serve(HELLO);
        Client client = Client.open(server)) {
      Fields bomb = Fields.of("GET", "/").indexing("cookie", "v");
      for (int i = 0; i < 10_000; i++) {
        bomb.indexed(62);
      }
      assertThat(client.whole(client.request(Frame.END_STREAM, bomb)).status()).isEqualTo(431);
    }
  }

  /** CVE-2023-44487. */
  @Test
  void rapidReset_getsNoMoreWorkThanOthers_andIsTooMuchAtSomePoint() throws Exception {
    try (Running server = Running.serve(slow, s -> s.maxConcurrentStreams(STREAMS));
        Client client = Client.open(server)) {
      Received end = flood(client, 3000, c -> c.reset(c.get("/"), ErrorCode.CANCEL));
      release.countDown();
      assertCalmed(server, end, "streams reset");
      assertThat(most.get()).isEqualTo(STREAMS);
      assertThat(calls.get()).isEqualTo(STREAMS);
      assertThat(server.story().of(ClientDisconnected.class)).hasSize(STREAMS);
    }
  }

  /** CVE-2025-8671: the client has the server reset its streams. */
  @Test
  void provokedResets_getNoMoreWorkThanOthers_andAreTooManyAtSomePoint() throws Exception {
    try (Running server = Running.serve(slow, s -> s.maxConcurrentStreams(STREAMS));
        Client client = Client.open(server)) {
      Received end = flood(client, 3000, c -> c.open(c.get("/"), 0));
      release.countDown();
      assertCalmed(server, end, "frames that carry nothing");
      assertThat(most.get()).isEqualTo(STREAMS);
    }
  }

  @Test
  void malformedRequests_areTooManyAtSomePoint() throws Exception {
    try (Running server = Running.serve(HELLO);
        Client client = Client.open(server)) {
      Received end = flood(client, 3000, c -> c.get("no slash"));
      assertThat(end.code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
    }
  }

  @Test
  void refusedStreams_areTooManyAtSomePoint() throws Exception {
    try (Running server = Running.serve(slow, s -> s.maxConcurrentStreams(1));
        Client client = Client.open(server)) {
      Received end = flood(client, 3000, c -> c.get("/"));
      release.countDown();
      assertThat(end.code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
      assertThat(calls.get()).isEqualTo(1);
    }
  }

  /** Asks for much and shuts the window: the data dribble attack (CVE-2019-9511). */
  @Test
  void windowThatStaysShut_endsTheStreamAlone() throws Exception {
    Application large = Http.app(r -> Response.text("x".repeat(r.path().equals("/") ? 5 : 100)));
    try (Running server = Running.serve(large, s -> s.writeTimeout(Duration.ofMillis(300)));
        Client client = Client.open(server, Settings.INITIAL_WINDOW_SIZE, 10)) {
      client.keepsWindows();
      int stuck = client.get("/large");
      assertThat(client.awaitReset(stuck)).isEqualTo(ErrorCode.CANCEL);
      assertThat(client.sofar(stuck).length()).isEqualTo(10);
      RequestFailed failed = server.story().await(RequestFailed.class);
      assertThat(failed.error()).isInstanceOf(TimeoutException.class);
      assertThat(failed.bytesSent()).isEqualTo(10);
      server.awaitLogged("\"GET /large HTTP/2\" 200 10 ");
      assertThat(client.whole(client.get("/")).length()).isEqualTo(5);
    }
  }

  @Test
  void windowThatOpensByOne_keepsTheStream_asLongAsItMoves() throws Exception {
    Application large = Http.app(r -> Response.text("x".repeat(20)));
    try (Running server = Running.serve(large);
        Client client = Client.open(server, Settings.INITIAL_WINDOW_SIZE, 1)) {
      client.keepsWindows();
      int stream = client.get("/");
      for (int i = 1; i < 20; i++) {
        client.awaitBody(stream, i);
        client.open(stream, 1);
      }
      assertThat(client.whole(stream).length()).isEqualTo(20);
    }
  }

  @Test
  void clientThatReadsNothing_isCutAtWriteTimeout() throws Exception {
    byte[] body = new byte[1 << 20];
    Application large = Http.app(r -> Response.bytes("application/octet-stream", body));
    try (Running server = Running.serve(large, s -> s.writeTimeout(Duration.ofMillis(300)));
        Client client = Client.open(server, Settings.INITIAL_WINDOW_SIZE, 1 << 30)) {
      client.open(0, 1 << 30);
      for (int i = 0; i < 50; i++) {
        client.get("/");
      }
      ConnectionCompleted end = server.story().await(ConnectionCompleted.class);
      assertThat(end.reason()).isEqualTo(ConnectionCompleted.Reason.TIMEOUT);
      assertThat(server.story().of(RequestFailed.class)).isNotEmpty();
    }
  }

  @Test
  void pingsOfAClientThatReadsNothing_areCut() throws Exception {
    try (Running server = Running.serve(HELLO, s -> s.writeTimeout(Duration.ofMillis(300)));
        Client client = Client.open(server)) {
      flood(client, 100_000, c -> c.ping(1));
      server.story().await(ConnectionCompleted.class);
    }
  }

  /** A request that is taken back goes on where it is, and then makes room. */
  @Test
  void resetStreams_makeRoomWhenTheirApplicationsReturn() throws Exception {
    Application app =
        (scope, receive, send) -> {
          if (scope instanceof HttpScope) {
            while (!(receive.receive() instanceof HttpDisconnect)) {}
          }
        };
    try (Running server = Running.serve(app, s -> s.maxConcurrentStreams(1));
        Client client = Client.open(server)) {
      for (int i = 0; i < 50; i++) {
        int stream = client.post("/");
        client.sync().reset(stream, ErrorCode.CANCEL);
        int ended = i + 1;
        Await.until(
            "it has ended", () -> server.story().of(ClientDisconnected.class).size() == ended);
      }
      assertThat(server.story().of(RequestRejected.class)).isEmpty();
    }
  }
}
