package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Headers;
import dev.pounce.app.Http;
import dev.pounce.app.HttpRequest;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Receive;
import dev.pounce.app.Response;
import dev.pounce.testkit.RawClient;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What arrives while a handler is busy with something else: taken in its place, and kept for it.
 */
@Timeout(60)
class ReadAheadTest {

  @Test
  void pipelined_arrivesWhileTheHandlerRuns_isAnsweredInOrder() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (Running server = Running.serve(holding("/slow", started, release));
        RawClient client = server.connect().send(get("/slow"))) {
      Await.latch("the handler runs", started);
      client.send(get("/a") + "GET /b HT");
      Await.until("the server takes them", () -> ReceiveQueue.bytes(client) == 0);
      client.send("TP/1.1\r\nHost: a\r\n\r\n");
      Await.until("the server takes the rest", () -> ReceiveQueue.bytes(client) == 0);
      release.countDown();
      for (String path : List.of("/slow", "/a", "/b")) {
        assertThat(client.readResponse().text()).isEqualTo(path);
      }
    }
  }

  /** With nothing behind the server goes on reading meanwhile; with a lot behind it does not. */
  @ParameterizedTest
  @ValueSource(ints = {0, 5000})
  void pipelined_laterHandlerRunsLong_earlierAnswersGoOutMeanwhile(int behind) throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    StringBuilder requests = new StringBuilder(get("/a") + get("/b") + get("/slow"));
    List<String> paths = new ArrayList<>(List.of("/a", "/b", "/slow"));
    for (int i = 0; i < behind; i++) {
      requests.append(get("/" + i));
      paths.add("/" + i);
    }
    try (Running server = Running.serve(holding("/slow", started, release));
        RawClient client = server.connect().send(requests.toString())) {
      Await.latch("the handler runs", started);
      for (String path : paths) {
        if (path.equals("/slow")) {
          release.countDown();
        }
        assertThat(client.readResponse().text()).isEqualTo(path);
      }
      Await.until("all are logged", () -> server.logged().size() >= paths.size());
      assertThat(server.logged())
          .extracting(line -> line.replaceAll(".*\"GET (.*) HTTP.*", "$1"))
          .isEqualTo(paths);
    }
  }

  @Test
  void pipelined_moreThanTheServerBuffers_isAnsweredInOrder() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (Running server = Running.serve(holding("/slow", started, release));
        RawClient client = server.connect().send(get("/slow"))) {
      Await.latch("the handler runs", started);
      StringBuilder many = new StringBuilder();
      for (int i = 0; i < 2000; i++) {
        many.append(get("/" + i));
      }
      client.send(many.toString());
      Await.until(
          "the server takes some of them", () -> ReceiveQueue.bytes(client) < many.length());
      release.countDown();
      assertThat(client.readResponse().text()).isEqualTo("/slow");
      for (int i = 0; i < 2000; i++) {
        assertThat(client.readResponse().text()).isEqualTo("/" + i);
      }
    }
  }

  @Test
  void bodies_arriveInPartsWhileHandlersNowAndThenReceive_areWhole() throws Exception {
    Map<String, Semaphore> turns = new ConcurrentHashMap<>();
    Map<String, byte[]> received = new ConcurrentHashMap<>();
    Application app =
        (scope, receive, send) -> {
          if (scope instanceof HttpScope http) {
            if (http.method().equals("POST")) {
              received.put(http.path(), receiveByTurns(receive, turns.get(http.path())));
            }
            send.send(new HttpResponseStart(200, Headers.none()));
            send.send(HttpResponseBody.last(http.path().getBytes(ISO_8859_1)));
          }
        };
    try (Running server = Running.serve(app)) {
      List<Upload> uploads = new ArrayList<>();
      for (int seed = 0; seed < 8; seed++) {
        Upload upload = new Upload(server, seed);
        turns.put(upload.path, upload.turns);
        uploads.add(upload);
        upload.start();
      }
      for (Upload upload : uploads) {
        upload.join();
        assertThat(upload.answers).as("seed %d", upload.seed).isEqualTo(upload.path + "/next/last");
        assertThat(received.get(upload.path)).as("seed %d", upload.seed).isEqualTo(upload.body);
      }
    }
  }

  private static byte[] receiveByTurns(Receive receive, Semaphore turns)
      throws InterruptedException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    boolean more = true;
    while (more && turns.tryAcquire(30, TimeUnit.SECONDS)) {
      more = false;
      if (receive.receive() instanceof HttpRequest piece) {
        whole.writeBytes(piece.body());
        more = piece.moreBody();
      }
    }
    return whole.toByteArray();
  }

  /** A client that sends a body and two more requests in parts, and gives its handler turns. */
  private static final class Upload extends Thread {

    private static final Duration WATCHERS_COME_WITHIN = Duration.ofMillis(200);

    private final Running server;
    private final int seed;
    private final Random random;
    private final String path;
    private final byte[] body;
    private final Semaphore turns = new Semaphore(0);
    private String answers = "";

    Upload(Running server, int seed) {
      super("upload-" + seed);
      this.server = server;
      this.seed = seed;
      this.random = new Random(seed);
      this.path = "/" + seed;
      this.body = new byte[random.nextInt(40_000)];
      random.nextBytes(body);
    }

    @Override
    public void run() {
      try (RawClient client = server.connect()) {
        byte[] wire = wire();
        int at = 0;
        for (int part = 0; part < 20 && at < wire.length; part++) {
          int length = part == 19 ? wire.length - at : random.nextInt(wire.length - at) / 4 + 1;
          client.send(Arrays.copyOfRange(wire, at, at + length));
          at += length;
          if (random.nextInt(3) > 0) {
            turns.release();
          } else {
            Await.holdsWithin(WATCHERS_COME_WITHIN, () -> ReceiveQueue.bytes(client) == 0);
          }
        }
        turns.release(1_000_000);
        for (int i = 0; i < 3; i++) {
          answers += client.readResponse().text();
        }
      } catch (Exception e) {
        answers = e.toString();
      }
    }

    private byte[] wire() {
      ByteArrayOutputStream wire = new ByteArrayOutputStream();
      boolean chunked = seed % 2 == 0;
      String framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length;
      text(wire, "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n");
      int at = 0;
      while (chunked && at < body.length) {
        int length = Math.min(body.length - at, random.nextInt(5000) + 1);
        text(wire, Integer.toHexString(length) + "\r\n");
        wire.write(body, at, length);
        text(wire, "\r\n");
        at += length;
      }
      if (chunked) {
        text(wire, "0\r\n\r\n");
      } else {
        wire.writeBytes(body);
      }
      text(wire, get("/next") + get("/last"));
      return wire.toByteArray();
    }

    private static void text(ByteArrayOutputStream wire, String text) {
      wire.writeBytes(text.getBytes(ISO_8859_1));
    }
  }

  /** Answers with the path; at one path it waits before. */
  private static Application holding(String path, CountDownLatch started, CountDownLatch release) {
    return Http.app(request -> {
      if (request.path().equals(path)) {
        started.countDown();
        release.await();
      }
      return Response.text(request.path());
    });
  }
}
