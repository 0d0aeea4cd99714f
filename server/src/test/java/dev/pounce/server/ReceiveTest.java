package dev.pounce.server;

import static dev.pounce.server.Site.IT;
import static dev.pounce.server.Site.NEXT;
import static dev.pounce.server.Site.assertRight;
import static dev.pounce.server.Site.last;
import static dev.pounce.server.Site.ok;
import static dev.pounce.server.Site.piece;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.DisconnectedException;
import dev.pounce.app.HttpDisconnect;
import dev.pounce.app.HttpRequest;
import dev.pounce.app.Inbound;
import dev.pounce.app.Receive;
import dev.pounce.app.Send;
import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application receives of a request, and when. */
@Timeout(60)
class ReceiveTest {

  private static final long FLOOD = 64L << 20;

  private final BlockingQueue<Inbound> received = new LinkedBlockingQueue<>();

  /** Receives until the body has ended, puts every message into the queue, and answers. */
  private Application reading() {
    return Site.of((scope, receive, send) -> {
      readBody(receive);
      send.send(ok());
      send.send(last("read"));
    });
  }

  private void readBody(Receive receive) {
    boolean more = true;
    while (more) {
      Inbound message = receive.receive();
      received.add(message);
      more = message instanceof HttpRequest request && request.moreBody();
    }
  }

  private Inbound taken() throws InterruptedException {
    Inbound message = received.poll(10, TimeUnit.SECONDS);
    assertThat(message).isNotNull();
    return message;
  }

  private static String text(Inbound message) {
    return new String(((HttpRequest) message).body(), ISO_8859_1);
  }

  /** The messages that are there; all but the last must announce another. */
  private String wholeBody() {
    List<Inbound> messages = new ArrayList<>();
    received.drainTo(messages);
    StringBuilder whole = new StringBuilder();
    for (int i = 0; i < messages.size(); i++) {
      HttpRequest request = (HttpRequest) messages.get(i);
      whole.append(text(request));
      assertThat(request.moreBody()).isEqualTo(i < messages.size() - 1);
    }
    return whole.toString();
  }

  @Test
  void receive_bodyInParts_givesEachAsItComesAndThenTheEnd() throws Exception {
    try (Running running = Running.serve(reading());
        RawClient client = running.connect()) {
      client.send("POST /it HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nab");
      assertThat(text(taken())).isEqualTo("ab");
      client.send("cd");
      Inbound second = taken();
      assertThat(text(second)).isEqualTo("cd");
      assertThat(((HttpRequest) second).moreBody()).isTrue();
      client.send("ef");
      assertThat(client.readResponse().text()).isEqualTo("read");
      assertThat(wholeBody()).isEqualTo("ef");
    }
  }

  @Test
  void receive_chunkedBodyInParts_givesEachAsItComesAndThenTheEnd() throws Exception {
    try (Running running = Running.serve(reading());
        RawClient client = running.connect()) {
      client.send("POST /it HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
      assertThat(text(taken())).isEqualTo("ab");
      client.send("3\r\ncde\r\n");
      assertThat(text(taken())).isEqualTo("cde");
      client.send("0\r\n\r\n");
      assertThat(client.readResponse().text()).isEqualTo("read");
      assertThat(wholeBody()).isEmpty();
    }
  }

  @Test
  void receive_bodyAtOnce_isWholeAndEndsOnce() throws Exception {
    try (Running running = Running.serve(reading());
        RawClient client = running.connect()) {
      client.send(Requests.post("/it", "hello") + NEXT);
      assertThat(client.readResponse().text()).isEqualTo("read");
      assertRight(client.readResponse());
      assertThat(wholeBody()).isEqualTo("hello");
    }
  }

  @Test
  void receive_largeBody_comesInBoundedPieces() throws Exception {
    String body = "0123456789abcdef".repeat(50_000);
    try (Running running = Running.serve(reading());
        RawClient client = running.connect()) {
      client.send(Requests.post("/it", body));
      assertThat(client.readResponse().text()).isEqualTo("read");
      assertThat(received).allMatch(message -> text(message).length() <= 64 * 1024);
      assertThat(wholeBody()).isEqualTo(body);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /it HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /it HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        "POST /it HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /it HTTP/1.0\r\n\r\n"
      })
  void receive_emptyBody_isOneMessageWithoutBytes(String request) throws Exception {
    try (Running running = Running.serve(reading());
        RawClient client = running.connect()) {
      assertThat(client.send(request).readResponse().text()).isEqualTo("read");
      assertThat(received).hasSize(1);
      assertThat(wholeBody()).isEmpty();
    }
  }

  private enum Leaving {
    CLOSE,
    RESET,
    HALF_CLOSE;

    void leave(RawClient client) throws IOException {
      switch (this) {
        case CLOSE -> client.close();
        case RESET -> client.reset();
        case HALF_CLOSE -> client.finishSending();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void receive_afterTheBody_waitsUntilTheClientLeaves(Leaving leaving) throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    Application app =
        Site.of((scope, receive, send) -> {
          readBody(receive);
          waiting.countDown();
          received.add(receive.receive());
          received.add(receive.receive());
        });
    try (Running running = Running.serve(app);
        RawClient client = running.connect()) {
      client.send(Requests.post("/it", "x"));
      assertThat(text(taken())).isEqualTo("x");
      Await.latch("the application waits", waiting);
      assertThat(received.poll(150, TimeUnit.MILLISECONDS)).isNull();
      leaving.leave(client);
      assertThat(taken()).isEqualTo(new HttpDisconnect());
      assertThat(taken()).isEqualTo(new HttpDisconnect());
    }
  }

  @ParameterizedTest
  @EnumSource
  void receive_clientLeavesWithinTheBody_givesDisconnect(Leaving leaving) throws Exception {
    try (Running running = Running.serve(reading());
        RawClient client = running.connect()) {
      client.send("POST /it HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nab");
      assertThat(text(taken())).isEqualTo("ab");
      leaving.leave(client);
      assertThat(taken()).isEqualTo(new HttpDisconnect());
    }
  }

  @Test
  void receive_malformedChunk_givesDisconnectAndTheClient400() throws Exception {
    Application app = Site.of((scope, receive, send) -> readBody(receive));
    try (Running running = Running.serve(app);
        RawClient client = running.connect()) {
      client.send(
          "POST /it HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nzz\r\n");
      assertThat(client.readResponse().status()).isEqualTo(400);
      assertThat(text(taken())).isEqualTo("ab");
      assertThat(taken()).isEqualTo(new HttpDisconnect());
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void send_clientHasLeft_throwsDisconnected() throws Exception {
    BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
    Application app =
        Site.of((scope, receive, send) -> {
          readBody(receive);
          received.add(receive.receive());
          try {
            send.send(ok());
            send.send(last("to nobody"));
          } catch (IOException e) {
            thrown.add(e);
          }
        });
    try (Running running = Running.serve(app)) {
      try (RawClient client = running.connect()) {
        client.send(IT);
        assertThat(taken()).isInstanceOf(HttpRequest.class);
      }
      assertThat(taken()).isEqualTo(new HttpDisconnect());
      assertThat(thrown.poll(10, TimeUnit.SECONDS)).isInstanceOf(DisconnectedException.class);
    }
  }

  @Test
  void receive_responseIsComplete_givesDisconnectAtOnceAndTheConnectionGoesOn() throws Exception {
    Application app =
        Site.of((scope, receive, send) -> {
          readBody(receive);
          send.send(ok());
          send.send(last("whole"));
          received.add(receive.receive());
        });
    try (Running running = Running.serve(app);
        RawClient client = running.connect()) {
      assertThat(client.send(IT).readResponse().text()).isEqualTo("whole");
      assertThat(taken()).isInstanceOf(HttpRequest.class);
      assertThat(taken()).isEqualTo(new HttpDisconnect());
      assertRight(client.send(NEXT).readResponse());
    }
  }

  @Test
  void receive_lastBodyIsSentByAnotherThread_givesDisconnectAndTheClientHasItsAnswer()
      throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    Application app =
        Site.of((scope, receive, send) -> {
          readBody(receive);
          Thread sender = Thread.startVirtualThread(() -> answer(send, goOn));
          received.add(receive.receive());
          sender.join();
        });
    try (Running running = Running.serve(app);
        RawClient client = running.connect()) {
      client.send(IT);
      assertThat(taken()).isInstanceOf(HttpRequest.class);
      assertThat(received.poll(150, TimeUnit.MILLISECONDS)).isNull();
      goOn.countDown();
      assertThat(client.readResponse().text()).isEqualTo("whole");
      assertThat(taken()).isEqualTo(new HttpDisconnect());
    }
  }

  private static void answer(Send send, CountDownLatch when) {
    try {
      Await.latch("the answer is due", when);
      send.send(ok());
      send.send(last("whole"));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void receive_nextRequestComesWhileItWaits_givesNothingOfIt() throws Exception {
    Application app =
        Site.of((scope, receive, send) -> {
          readBody(receive);
          received.add(receive.receive());
        });
    try (Running running = Running.serve(app);
        RawClient client = running.connect()) {
      client.send(IT);
      assertThat(taken()).isInstanceOf(HttpRequest.class);
      client.send(NEXT);
      assertThat(received.poll(150, TimeUnit.MILLISECONDS)).isNull();
      client.finishSending();
      assertThat(taken()).isEqualTo(new HttpDisconnect());
    }
  }

  @Test
  void receive_nextRequestComesDuringTheHandler_isAnsweredNext() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    Application app =
        Site.of((scope, receive, send) -> {
          readBody(receive);
          answer(send, goOn);
        });
    try (Running running = Running.serve(app);
        RawClient client = running.connect()) {
      client.send(IT);
      assertThat(taken()).isInstanceOf(HttpRequest.class);
      client.send(NEXT);
      goOn.countDown();
      assertThat(client.readResponse().text()).isEqualTo("whole");
      assertRight(client.readResponse());
      assertThat(received).isEmpty();
    }
  }

  @Test
  void receive_onAnotherThreadThanSend_carriesBothWaysAtOnce() throws Exception {
    Application app =
        Site.of((scope, receive, send) -> {
          Thread reader = Thread.startVirtualThread(() -> readBody(receive));
          send.send(ok());
          send.send(piece("early"));
          reader.join();
          send.send(last("late"));
        });
    try (Running running = Running.serve(app);
        RawClient client = running.connect()) {
      client.send("POST /it HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n");
      client.readHead();
      assertThat(client.readChunk()).asString(US_ASCII).isEqualTo("early");
      client.send("ab");
      assertThat(text(taken())).isEqualTo("ab");
      client.send("cd" + NEXT);
      assertThat(client.readChunk()).asString(US_ASCII).isEqualTo("late");
      assertThat(client.readChunk()).isEmpty();
      assertThat(wholeBody()).isEqualTo("cd");
      assertRight(client.readResponse());
    }
  }

  /** What is ahead must wait in the kernel, not in the server's memory. */
  @Test
  void receive_clientSendsOnAndOnWhileItWaits_isHeldBackAndStillAnswered() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    Application app =
        Site.of((scope, receive, send) -> {
          readBody(receive);
          Thread.startVirtualThread(() -> received.add(receive.receive()));
          answer(send, goOn);
        });
    AtomicLong sent = new AtomicLong();
    try (Running running = Running.serve(app);
        RawClient client = running.connect()) {
      client.send(IT);
      assertThat(taken()).isInstanceOf(HttpRequest.class);
      Thread flood = Thread.startVirtualThread(() -> flood(client, sent));
      awaitHeldBack(sent);
      assertThat(received).isEmpty();
      goOn.countDown();
      assertThat(client.readResponse().text()).isEqualTo("whole");
      assertThat(taken()).isEqualTo(new HttpDisconnect());
      client.reset();
      flood.join();
    }
  }

  @Test
  void receive_heldBackWhenTheResponseIsCut_isNotLeftWaiting() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    Application app =
        Site.of((scope, receive, send) -> {
          readBody(receive);
          Thread.startVirtualThread(() -> received.add(receive.receive()));
          send.send(ok());
          send.send(piece("a part"));
          Await.latch("the application may return", goOn);
        });
    AtomicLong sent = new AtomicLong();
    try (ServerLog log = ServerLog.open();
        Running running = Running.serve(app);
        RawClient client = running.connect()) {
      client.send(IT);
      assertThat(taken()).isInstanceOf(HttpRequest.class);
      Thread flood = Thread.startVirtualThread(() -> flood(client, sent));
      awaitHeldBack(sent);
      goOn.countDown();
      assertThat(taken()).isEqualTo(new HttpDisconnect());
      Site.awaitError(log);
      flood.join();
    }
  }

  private static void awaitHeldBack(AtomicLong sent) throws Exception {
    long before = 0;
    while (Await.holdsWithin(Duration.ofMillis(300), movedOn(sent, before))) {
      before = sent.get();
    }
    assertThat(sent.get()).isLessThan(FLOOD);
  }

  private static Callable<Boolean> movedOn(AtomicLong sent, long before) {
    return () -> sent.get() > before && sent.get() < FLOOD;
  }

  /** Sends whole requests until it has sent far too much, or its connection ends. */
  private static void flood(RawClient client, AtomicLong sent) {
    byte[] ahead = NEXT.repeat(1_000).getBytes(US_ASCII);
    try {
      while (sent.addAndGet(ahead.length) < FLOOD) {
        client.send(ahead);
      }
    } catch (IOException ended) {
      // as the test does in the end
    }
  }

  @Test
  void receive_requestAfterAnother_startsAnew() throws Exception {
    try (Running running = Running.serve(reading());
        RawClient client = running.connect()) {
      for (String body : List.of("one", "", "three")) {
        assertThat(client.send(Requests.post("/it", body)).readResponse().text()).isEqualTo("read");
        assertThat(wholeBody()).isEqualTo(body);
      }
    }
  }
}
