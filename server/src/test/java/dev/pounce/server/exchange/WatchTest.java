package dev.pounce.server.exchange;

import static dev.pounce.server.Requests.get;
import static dev.pounce.server.Requests.post;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.pounce.app.Application;
import dev.pounce.app.DisconnectedException;
import dev.pounce.app.Headers;
import dev.pounce.app.HttpRequest;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Inbound;
import dev.pounce.app.Receive;
import dev.pounce.app.Send;
import dev.pounce.server.Await;
import dev.pounce.server.Running;
import dev.pounce.testkit.RawClient;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A handler that neither receives nor sends: the server notices in its place that a client leaves.
 */
@Timeout(60)
class WatchTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** What is promised is 200 ms; a machine that is busy with other things gets more. */
  private static final Duration SOON = Duration.ofSeconds(5);

  /** What the handler has done before it falls silent. */
  enum Silence {
    NOTHING_DONE,
    BODY_RECEIVED,
    RESPONSE_BEGUN;

    void begin(Receive receive, Send send) throws Exception {
      if (this == BODY_RECEIVED) {
        Inbound message = receive.receive();
        while (message instanceof HttpRequest request && request.moreBody()) {
          message = receive.receive();
        }
      } else if (this == RESPONSE_BEGUN) {
        send.send(new HttpResponseStart(200, Headers.none()));
        send.send(new HttpResponseBody("first".getBytes(ISO_8859_1), true));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void silentHandler_clientLeaves_isNoticedSoonAndTheNextSendFails(Silence silence)
      throws Exception {
    assertNoticed(silence, get("/"), false, silence.name());
    assertNoticed(silence, get("/"), true, silence + ", with a reset");
  }

  static String[] more() {
    return new String[] {
      get("/next"),
      "GET /next HT",
      post("/", "body"),
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbo",
    };
  }

  @ParameterizedTest
  @MethodSource("more")
  void silentHandler_clientSendsMoreAndLeaves_isNoticedSoon(String more) throws Exception {
    assertNoticed(Silence.NOTHING_DONE, get("/") + more, false, "with more behind");
  }

  @ParameterizedTest
  @ValueSource(ints = {5_000, 40_000})
  void silentHandler_unreadBodyAndClientLeaves_isNoticedSoon(int size) throws Exception {
    String request = post("/", "x".repeat(size));
    assertNoticed(Silence.NOTHING_DONE, request, false, "body of " + size + " bytes not received");
  }

  @Test
  void silentHandler_fewKilobytesPipelinedAndClientLeaves_isNoticedSoon() throws Exception {
    String requests = get("/") + get("/next").repeat(100);
    assertNoticed(Silence.NOTHING_DONE, requests, false, "100 requests pipelined");
  }

  /** Whatever sizes the server's buffers have, a body that just fills one is among these. */
  @ParameterizedTest
  @MethodSource("sizes")
  void silentHandler_bodyThatFillsABufferAndClientLeaves_isNoticedSoon(int size) throws Exception {
    String head = post("/", "").replace(": 0", ": " + "0".repeat(10));
    String length = "%010d".formatted(size - head.length());
    String request = head.replace("0".repeat(10), length) + "x".repeat(size - head.length());
    assertThat(request).hasSize(size);
    assertNoticed(Silence.BODY_RECEIVED, request, false, size + " bytes, all received");
  }

  static int[] sizes() {
    return new int[] {512, 1024, 2048, 4096, 8192, 16384, 17408, 32768, 65536};
  }

  private static void assertNoticed(Silence silence, String sent, boolean reset, String description)
      throws Exception {
    BlockingQueue<Long> noticedAt = new LinkedBlockingQueue<>();
    BlockingQueue<String> silent = new LinkedBlockingQueue<>();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Application app =
        (scope, receive, send) -> {
          if (scope instanceof HttpScope http && http.path().equals("/")) {
            silence.begin(receive, send);
            silent.add("silent");
            Exchange exchange = (Exchange) send;
            Await.holdsWithin(PATIENCE, () -> exchange.disconnected);
            noticedAt.add(System.nanoTime());
            failure.set(catchThrowable(() -> respond(silence, send)));
          }
        };
    try (Running server = Running.serve(app, settings -> settings.healthCheckPath("/health"))) {
      RawClient client = server.connect().send(sent);
      assertThat(silent.poll(10, TimeUnit.SECONDS)).as("the handler falls silent").isNotNull();
      long leftAt = System.nanoTime();
      if (reset) {
        client.reset();
      } else {
        client.close();
      }
      Long at = noticedAt.poll(10, TimeUnit.SECONDS);
      assertThat(at).isNotNull();
      Duration taken = Duration.ofNanos(at - leftAt);
      System.out.println(
          "measured: silent handler, " + description + ": " + taken.toMillis() + " ms");
      assertThat(taken).as(description).isLessThan(SOON);
      Await.noConnections(server);
      assertThat(failure.get())
          .isInstanceOf(DisconnectedException.class)
          .hasMessageContaining("client");
    }
  }

  private static void respond(Silence silence, Send send) throws Exception {
    if (silence != Silence.RESPONSE_BEGUN) {
      send.send(new HttpResponseStart(200, Headers.none()));
    }
    send.send(HttpResponseBody.end());
  }
}
