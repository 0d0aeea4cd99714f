package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static dev.pounce.server.Requests.post;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
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
import dev.pounce.app.Response;
import dev.pounce.app.Send;
import dev.pounce.server.config.Builder;
import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that leaves before, during or after its request. */
@Timeout(60)
class DisconnectTest {

  /** What is promised is 200 ms; a machine that is busy with other things gets more. */
  private static final Duration SOON = Duration.ofSeconds(5);

  private static final HttpResponseStart OK = new HttpResponseStart(200, Headers.none());
  private static final HttpResponseBody NOTHING_YET = new HttpResponseBody(new byte[0], true);

  /** How a client leaves. */
  enum Leaving {
    IN_ORDER,
    WITH_A_RESET;

    void leave(RawClient client) throws IOException {
      switch (this) {
        case IN_ORDER -> client.close();
        case WITH_A_RESET -> client.reset();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void receive_clientLeavesWhileItWaits_givesDisconnectSoon(Leaving leaving) throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    AtomicReference<Inbound> got = new AtomicReference<>();
    AtomicLong gotAt = new AtomicLong();
    Application app =
        http((scope, receive, send) -> {
          receive.receive();
          waiting.countDown();
          got.set(receive.receive());
          gotAt.set(System.nanoTime());
          ended.countDown();
        });
    try (Running server = serve(app);
        RawClient client = server.connect().send(get("/"))) {
      Await.latch("the application waits", waiting);
      long leftAt = System.nanoTime();
      leaving.leave(client);
      Await.latch("the application has ended", ended);
      assertThat(got.get()).isEqualTo(new HttpDisconnect());
      assertSoon("receive() after a client that left " + leaving, gotAt.get() - leftAt);
      Await.noConnections(server);
    }
  }

  @Test
  void receive_afterDisconnect_givesDisconnectAgain() throws Exception {
    BlockingQueue<Inbound> got = new LinkedBlockingQueue<>();
    Application app =
        http((scope, receive, send) -> {
          for (int i = 0; i < 4; i++) {
            got.add(receive.receive());
          }
        });
    try (Running server = serve(app)) {
      server.connect().send(get("/")).close();
      assertThat(got.poll(10, TimeUnit.SECONDS)).isInstanceOf(HttpRequest.class);
      for (int i = 0; i < 3; i++) {
        assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo(new HttpDisconnect());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void send_emptyPiecesAfterClientLeft_failSoon(Leaving leaving) throws Exception {
    BlockingQueue<DisconnectedException> failures = new LinkedBlockingQueue<>();
    AtomicLong noticedAt = new AtomicLong();
    Application app =
        http((scope, receive, send) -> {
          send.send(OK);
          send.send(new HttpResponseBody("first".getBytes(ISO_8859_1), true));
          DisconnectedException failure = sendNothingUntilItFails(send);
          noticedAt.set(System.nanoTime());
          failures.add(failure);
        });
    try (Running server = serve(app);
        RawClient client = server.connect().send(get("/"))) {
      client.readHead();
      assertThat(new String(client.readChunk(), ISO_8859_1)).isEqualTo("first");
      long leftAt = System.nanoTime();
      leaving.leave(client);
      DisconnectedException failure = failures.poll(10, TimeUnit.SECONDS);
      assertThat(failure).as("what send() says").isNotNull();
      assertClear(failure);
      assertSoon("send() of empty pieces, client left " + leaving, noticedAt.get() - leftAt);
      Await.noConnections(server);
    }
  }

  @Test
  void send_afterTheFirstFailure_failsEachTime() throws Exception {
    BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    Application app =
        http((scope, receive, send) -> {
          receive.receive();
          receive.receive();
          send.send(OK);
          for (int i = 0; i < 3; i++) {
            failures.add(catchThrowable(() -> send.send(NOTHING_YET)));
          }
        });
    try (Running server = serve(app)) {
      server.connect().send(get("/")).close();
      for (int i = 0; i < 3; i++) {
        assertThat(failures.poll(10, TimeUnit.SECONDS))
            .isInstanceOfSatisfying(DisconnectedException.class, DisconnectTest::assertClear);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void send_clientLeavesWhileAWriteIsBlocked_failsSoon(Leaving leaving) throws Exception {
    BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    AtomicLong noticedAt = new AtomicLong();
    byte[] moreThanSocketsHold = new byte[64 << 20];
    Application app =
        http((scope, receive, send) -> {
          send.send(OK);
          Throwable failure =
              catchThrowable(() -> send.send(HttpResponseBody.last(moreThanSocketsHold)));
          noticedAt.set(System.nanoTime());
          failures.add(failure);
        });
    try (Running server = serve(app);
        RawClient client = server.connect().send(get("/"))) {
      client.readHead();
      client.readExactly(1000);
      long leftAt = System.nanoTime();
      leaving.leave(client);
      assertThat(failures.poll(10, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(DisconnectedException.class, DisconnectTest::assertClear);
      assertSoon("send() blocked in a write, client left " + leaving, noticedAt.get() - leftAt);
      Await.noConnections(server);
    }
  }

  @Test
  void events_clientLeaves_writerEnds() throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    AtomicReference<Throwable> end = new AtomicReference<>();
    CountDownLatch ended = new CountDownLatch(1);
    Application app =
        Http.app(request ->
            Response.events(events -> {
              events.send("hello");
              left.await();
              end.set(
                  catchThrowable(() -> {
                    while (true) {
                      events.comment("still here");
                    }
                  }));
              ended.countDown();
            }));
    try (Running server = serve(app)) {
      try (RawClient client = server.connect().send(get("/"))) {
        client.readHead();
        assertThat(new String(client.readChunk(), ISO_8859_1)).isEqualTo("data: hello\n\n");
      }
      left.countDown();
      Await.latch("the events end", ended);
      assertThat(end.get())
          .isInstanceOfSatisfying(DisconnectedException.class, DisconnectTest::assertClear);
      Await.noConnections(server);
    }
  }

  @Test
  void stream_anotherThreadReceives_itIsToldSoonAndTheNextSendFails() throws Exception {
    AtomicLong toldAt = new AtomicLong();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CountDownLatch ended = new CountDownLatch(1);
    Application app =
        http((scope, receive, send) -> {
          receive.receive();
          send.send(OK);
          send.send(new HttpResponseBody("first".getBytes(ISO_8859_1), true));
          Thread listener =
              Thread.startVirtualThread(() -> {
                assertThat(receive.receive()).isInstanceOf(HttpDisconnect.class);
                toldAt.set(System.nanoTime());
              });
          listener.join();
          failure.set(catchThrowable(() -> send.send(NOTHING_YET)));
          ended.countDown();
        });
    try (Running server = serve(app);
        RawClient client = server.connect().send(get("/"))) {
      client.readHead();
      client.readChunk();
      long leftAt = System.nanoTime();
      client.close();
      Await.latch("the application has ended", ended);
      assertSoon("receive() on a thread of its own", toldAt.get() - leftAt);
      assertThat(failure.get()).isInstanceOf(DisconnectedException.class);
      Await.noConnections(server);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 100\r\n\r\npart", "Transfer-Encoding: chunked\r\n\r\n64\r\npart"})
  void receive_clientLeavesInTheMiddleOfABody_givesThePartThenDisconnect(String bodyBegun)
      throws Exception {
    List<String> pieces = new ArrayList<>();
    CountDownLatch ended = new CountDownLatch(1);
    Application app =
        http((scope, receive, send) -> {
          while (receive.receive() instanceof HttpRequest piece) {
            pieces.add(new String(piece.body(), ISO_8859_1));
          }
          ended.countDown();
        });
    try (Running server = serve(app)) {
      server.connect().send("POST / HTTP/1.1\r\nHost: a\r\n" + bodyBegun).close();
      Await.latch("the application has ended", ended);
      assertThat(String.join("", pieces)).isEqualTo("part");
      Await.noConnections(server);
    }
  }

  @Test
  void body_clientLeavesInTheMiddle_readingFails() throws Exception {
    BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    Application app =
        Http.app(request -> {
          failures.add(catchThrowable(request::bytes));
          return Response.text("never seen");
        });
    try (Running server = serve(app)) {
      server
          .connect()
          .send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\npart")
          .close();
      assertThat(failures.poll(10, TimeUnit.SECONDS))
          .isInstanceOf(DisconnectedException.class)
          .hasMessageContaining("body");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\r\n", "GET / HT", "GET / HTTP/1.1\r\nHost: a\r\n"})
  void connection_leftBeforeARequestIsThere_endsWithoutTheApplication(String sent)
      throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Application app =
        http((scope, receive, send) -> {
          calls.incrementAndGet();
        });
    try (Running server = serve(app)) {
      server.connect().send(sent).close();
      server.connect().send(sent).reset();
      Await.noConnections(server);
      assertThat(calls).hasValue(0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void connection_leftAfterAResponse_ends(Leaving leaving) throws Exception {
    try (Running server = serve(Http.app(request -> Response.text("hello")));
        RawClient client = server.connect().send(get("/"))) {
      assertThat(client.readResponse().text()).isEqualTo("hello");
      leaving.leave(client);
      Await.noConnections(server);
    }
  }

  @Test
  void request_clientStopsSendingBehindIt_isAnswered() throws Exception {
    try (Running server = serve(Http.app(request -> Response.text("hello")));
        RawClient client = server.connect().send(get("/")).finishSending()) {
      assertThat(client.readResponse().text()).isEqualTo("hello");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void log_clientHasLeft_isNoErrorAndTheRequestHasItsLine() throws Exception {
    Application app =
        http((scope, receive, send) -> {
          receive.receive();
          receive.receive();
          send.send(OK);
          send.send(HttpResponseBody.last(new byte[0]));
        });
    try (ServerLog log = ServerLog.open()) {
      try (Running server = serve(app)) {
        server.connect().send(get("/left")).close();
        assertThat(server.awaitLogged("/left")).contains("\"GET /left HTTP/1.1\"");
        Await.noConnections(server);
        assertThat(server.logged()).hasSize(1);
      }
      assertThat(log.atLeast(Level.WARNING)).isEmpty();
    }
  }

  @Test
  void connections_leftInEveryWay_leaveNoHandlerBehind() throws Exception {
    AtomicInteger started = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    Application app =
        http((scope, receive, send) -> {
          started.incrementAndGet();
          try {
            while (receive.receive() instanceof HttpRequest request && request.moreBody()) {
              send.send(OK);
            }
            send.send(OK);
            send.send(new HttpResponseBody(new byte[100_000], true));
            receive.receive();
          } finally {
            ended.incrementAndGet();
          }
        });
    try (Running server = serve(app)) {
      for (int i = 0; i < 60; i++) {
        RawClient client = server.connect();
        client.send(i % 3 == 0 ? get("/") : post("/", "body").substring(0, 40 + i % 20));
        if (i % 4 == 0) {
          client.finishSending();
        }
        Leaving.values()[i % 2].leave(client);
      }
      Await.noConnections(server);
      assertThat(started).hasPositiveValue();
      assertThat(ended.get()).isEqualTo(started.get());
    }
  }

  private static Running serve(Application app) throws StartupException {
    return Running.serve(app, (Builder settings) -> settings.healthCheckPath("/health"));
  }

  private static Application http(Application app) {
    return (scope, receive, send) -> {
      if (scope instanceof HttpScope) {
        app.handle(scope, receive, send);
      }
    };
  }

  /** Sends pieces that put nothing on the wire: no failing write tells that the client has left. */
  private static DisconnectedException sendNothingUntilItFails(Send send) throws IOException {
    long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (System.nanoTime() < deadline) {
      try {
        send.send(NOTHING_YET);
      } catch (DisconnectedException e) {
        return e;
      }
      LockSupport.parkNanos(1_000_000);
    }
    throw new AssertionError("nobody noticed that the client had left");
  }

  private static void assertClear(DisconnectedException failure) {
    assertThat(failure).hasMessageContaining("client");
  }

  private static void assertSoon(String what, long nanos) {
    Duration taken = Duration.ofNanos(nanos);
    System.out.println("measured: " + what + ": " + taken.toMillis() + " ms");
    assertThat(taken).isLessThan(SOON);
  }
}
