package dev.pounce.server.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestRejected;
import dev.pounce.server.Await;
import dev.pounce.server.Running;
import dev.pounce.server.ServerLog;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What takes too long. */
@Timeout(60)
class TimeLimitsTest {

  private static final Duration SHORT = Duration.ofMillis(500);
  private static final Duration LONG = Duration.ofMinutes(1);

  private static final Application ECHO = Http.app(r -> Response.text(r.text()));

  @AutoClose private final ServerLog log = ServerLog.open();

  @Test
  void handlerThatTakesTooLong_is504AndInterrupted_othersGoOn() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    Application app =
        Http.app(r -> {
          if (r.path().equals("/slow")) {
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              interrupted.countDown();
              throw e;
            }
          }
          return Response.text(r.path());
        });
    try (Running server = Running.serve(app, s -> s.requestTimeout(SHORT));
        Client client = Client.open(server)) {
      int slow = client.get("/slow");
      int fast = client.get("/fast");
      assertThat(client.whole(fast).text()).isEqualTo("/fast");
      assertThat(client.whole(slow).status()).isEqualTo(504);
      Await.latch("it is interrupted", interrupted);
      assertThat(client.whole(client.get("/next")).text()).isEqualTo("/next");
      RequestFailed failed = server.story().await(RequestFailed.class);
      assertThat(failed.status()).isEqualTo(504);
      server.awaitLogged("\"GET /slow HTTP/2\" 504 ");
      log.awaitStart("Request timed out after 500 ms: GET /slow");
    }
  }

  @Test
  void handlerThatIsTimedOut_countsUntilItHasReturned() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Application app =
        Http.app(r -> {
          while (release.getCount() > 0) {
            LockSupport.parkNanos(1_000_000); // whatever anybody asks of it
            Thread.interrupted();
          }
          return Response.text("late");
        });
    try (Running server = Running.serve(app, s -> s.requestTimeout(SHORT).maxConcurrentStreams(1));
        Client client = Client.open(server)) {
      assertThat(client.whole(client.get("/stubborn")).status()).isEqualTo(504);
      assertThat(client.awaitReset(client.get("/next"))).isEqualTo(ErrorCode.REFUSED_STREAM);
      release.countDown();
    }
  }

  @Test
  void bodyThatStops_is408_othersGoOn() throws Exception {
    try (Running server = Running.serve(ECHO, s -> s.requestTimeout(SHORT));
        Client client = Client.open(server)) {
      int stream = client.post("/up", "content-length", "10");
      client.data(stream, "half");
      assertThat(client.whole(stream).status()).isEqualTo(408);
      assertThat(client.awaitReset(stream)).isEqualTo(ErrorCode.NO_ERROR);
      RequestRejected rejected = server.story().await(RequestRejected.class);
      assertThat(rejected.reason()).isEqualTo(RequestRejected.Reason.TIMEOUT);
      assertThat(rejected.path()).isEqualTo("/up");
      server.awaitLogged("\"POST /up HTTP/2\" 408 ");
      assertThat(client.echo("and on")).isEqualTo("and on");
    }
  }

  /** Until where a client gets before it stops. */
  private static byte[] beginning(String until) {
    byte[] preface = Frame.PREFACE.getBytes(ISO_8859_1);
    byte[] settings = Client.octets(Frame.SETTINGS, 0, 0);
    byte[] block = Fields.of("GET", "/").octets();
    byte[] head = Client.octets(Frame.HEADERS, Frame.END_STREAM, 1, block);
    byte[] greeted = concat(preface, settings);
    return switch (until) {
      case "preface" -> Arrays.copyOf(preface, 20);
      case "settings" -> Arrays.copyOf(greeted, greeted.length - 3);
      case "head" -> Arrays.copyOf(concat(greeted, head), greeted.length + 4);
      case "fields" -> Arrays.copyOf(concat(greeted, head), greeted.length + 20);
      default -> concat(greeted, head);
    };
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  @ParameterizedTest
  @ValueSource(strings = {"preface", "settings", "head", "fields", "continuation"})
  void frameThatStops_endsTheConnection(String until) throws Exception {
    try (Running server = Running.serve(ECHO, s -> s.headerTimeout(SHORT).keepAliveTimeout(LONG));
        Client client = Client.silent(server)) {
      client.mute().raw(beginning(until));
      Received end = client.awaitEnd();
      assertThat(end.code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
      RequestRejected rejected = server.story().await(RequestRejected.class);
      assertThat(rejected.reason()).isEqualTo(RequestRejected.Reason.TIMEOUT);
      assertThat(rejected.status()).isEqualTo(408);
      server.awaitLogged("\" 408 0 ");
      assertThat(server.story().await(ConnectionCompleted.class).reason())
          .isEqualTo(ConnectionCompleted.Reason.TIMEOUT);
    }
  }

  @Test
  void prefaceAlone_isNotEnough() throws Exception {
    try (Running server = Running.serve(ECHO, s -> s.headerTimeout(SHORT).keepAliveTimeout(LONG));
        Client client = Client.silent(server)) {
      client.mute().raw(Frame.PREFACE.getBytes(ISO_8859_1)).readToEnd();
      assertThat(server.story().await(ConnectionCompleted.class).reason())
          .isEqualTo(ConnectionCompleted.Reason.TIMEOUT);
    }
  }

  /** As slow as a client may be that sends at all, and slower than any that means well. */
  private static void trickle(Client client, byte[] octets) throws Exception {
    client.wire().socket().setSoTimeout(50);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    try {
      for (int i = 0; System.nanoTime() < end; i++) {
        client.raw(new byte[] {octets[i % octets.length]});
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    } catch (IOException e) {
      return; // closed
    }
    throw new AssertionError("the server still reads");
  }

  @Test
  void fieldsThatTrickle_getNoMoreTimeThanOnesThatStop() throws Exception {
    try (Running server = Running.serve(ECHO, s -> s.headerTimeout(SHORT).keepAliveTimeout(LONG));
        Client client = Client.open(server)) {
      byte[] head = Client.octets(Frame.HEADERS, Frame.END_STREAM, 1, new byte[10_000]);
      client.raw(Arrays.copyOf(head, 9));
      trickle(client, new byte[10_000]);
      assertThat(server.story().await(RequestRejected.class).status()).isEqualTo(408);
    }
  }

  @Test
  void continuationsThatTrickle_getNoMoreTimeThanOnesThatStop() throws Exception {
    try (Running server = Running.serve(ECHO, s -> s.headerTimeout(SHORT).keepAliveTimeout(LONG));
        Client client = Client.open(server)) {
      client.frame(Frame.HEADERS, Frame.END_STREAM, 1, Fields.of("GET", "/").octets());
      trickle(client, Client.octets(Frame.CONTINUATION, 0, 1, new byte[] {0, 1, 'x', 1, 'y'}));
      assertThat(server.story().await(RequestRejected.class).status()).isEqualTo(408);
    }
  }

  @Test
  void bodyThatTrickles_isTaken() throws Exception {
    Duration limit = Duration.ofSeconds(1);
    try (Running server = Running.serve(ECHO, s -> s.headerTimeout(limit).keepAliveTimeout(LONG));
        Client client = Client.open(server)) {
      int stream = client.post("/");
      byte[] frame = Client.octets(Frame.DATA, Frame.END_STREAM, stream, new byte[30]);
      client.raw(Arrays.copyOf(frame, Frame.HEAD));
      for (int i = Frame.HEAD; i < frame.length; i++) {
        client.raw(new byte[] {frame[i]});
        LockSupport.parkNanos(limit.toNanos() / 20);
      }
      assertThat(client.whole(stream).length()).isEqualTo(30);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void idleConnection_isToldTwice_andClosed(boolean answers) throws Exception {
    try (Running server = Running.serve(ECHO, s -> s.headerTimeout(LONG).keepAliveTimeout(SHORT));
        Client client = Client.open(server)) {
      client.whole(client.get("/"));
      Received first = client.await(Frame.GOAWAY);
      assertThat(first.last()).isEqualTo(Integer.MAX_VALUE);
      Received ping = client.await(Frame.PING);
      if (answers) {
        client.pong(ping);
      }
      Received second = client.await(Frame.GOAWAY);
      assertThat(second.last()).isEqualTo(1);
      assertThat(second.code()).isEqualTo(ErrorCode.NO_ERROR);
      client.readToEnd();
      assertThat(server.story().await(ConnectionCompleted.class).reason())
          .isEqualTo(ConnectionCompleted.Reason.TIMEOUT);
      assertThat(server.logged()).hasSize(1);
    }
  }

  @Test
  void idleConnection_requestCrossesTheGoAway_isAnswered() throws Exception {
    try (Running server = Running.serve(ECHO, s -> s.headerTimeout(LONG).keepAliveTimeout(SHORT));
        Client client = Client.open(server)) {
      client.whole(client.get("/"));
      client.await(Frame.GOAWAY);
      int crossed = client.get("/");
      client.pong(client.await(Frame.PING));
      assertThat(client.whole(crossed).status()).isEqualTo(200);
      assertThat(client.await(Frame.GOAWAY).last()).isEqualTo(crossed);
      client.readToEnd();
    }
  }

  @Test
  void pings_doNotKeepAnIdleConnectionOpen() throws Exception {
    try (Running server = Running.serve(ECHO, s -> s.headerTimeout(LONG).keepAliveTimeout(SHORT));
        Client client = Client.open(server)) {
      client.whole(client.get("/"));
      while (client.lastGoAway() == null) {
        client.sync();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
      client.pong(client.awaitPing());
      client.readToEnd();
    }
  }

  @Test
  void requestUnderWay_keepsTheConnection() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Application app =
        Http.app(r -> {
          release.await();
          return Response.text("done");
        });
    try (Running server = Running.serve(app, s -> s.headerTimeout(SHORT).keepAliveTimeout(SHORT));
        Client client = Client.open(server)) {
      int stream = client.get("/");
      long end = System.nanoTime() + 3 * SHORT.toNanos();
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(end - System.nanoTime());
      }
      assertThat(client.sync().lastGoAway()).isNull();
      release.countDown();
      assertThat(client.whole(stream).text()).isEqualTo("done");
    }
  }
}
