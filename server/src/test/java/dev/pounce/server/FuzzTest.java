package dev.pounce.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/**
 * Throws spoiled requests at a server for a while, over several connections at once.
 *
 * <p>{@code -Dfuzz.seed=N} chooses what is thrown and {@code -Dfuzz.seconds=N} for how long. Each
 * message of a run follows from the seed, the round and the number of the thread alone, and a
 * failure tells all three and the octets.
 */
class FuzzTest {

  private static final long SEED = Long.getLong("fuzz.seed", 20_260_201);
  private static final int RUN_SECONDS = Integer.getInteger("fuzz.seconds", 30);
  private static final int THREADS = 4;
  private static final int MESSAGES = 25;
  private static final int TRIES = 4;

  /** One that waits for the server to lose patience takes as long as thousands of others. */
  private static final int SILENT_ONE_IN = 2_000;

  /** What the server waits for at most, and what a client does then. */
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private static final Duration PATIENCE = TIMEOUT.multipliedBy(4);

  @Test
  void spoiledRequests_neitherHangNorBreakTheServer() throws Exception {
    try (ServerLog log = ServerLog.open();
        Running server =
            Running.serve(
                Http.app(request ->
                    Response.bytes("application/octet-stream", request.bytes())
                        .header("Asked", request.method() + " " + request.scope().rawPath())),
                settings ->
                    settings
                        .headerTimeout(TIMEOUT)
                        .keepAliveTimeout(TIMEOUT)
                        .requestTimeout(TIMEOUT)
                        .writeTimeout(TIMEOUT)
                        .http2(false)
                        .healthCheckPath("/health"));
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<String> serverThreads = serverThreads();
      long end = System.nanoTime() + SECONDS.toNanos(RUN_SECONDS);
      for (int round = 0; System.nanoTime() < end; round++) {
        throwAll(server, threads, round);
        assertStillServes(server, round);
        assertThat(log.atLeast(Level.SEVERE)).as("fuzz.seed=%d round=%d", SEED, round).isEmpty();
      }
      Await.noConnections(server);
      assertThat(serverThreads()).isEqualTo(serverThreads);
    }
  }

  private static void throwAll(Running server, ExecutorService threads, int round)
      throws Exception {
    List<Future<?>> thrown = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      Random random = new Random((SEED * 1_000_003 + round) * 1_000_003 + thread);
      String origin = "fuzz.seed=%d round=%d thread=%d".formatted(SEED, round, thread);
      thrown.add(
          threads.submit(() -> {
            for (int i = 0; i < MESSAGES; i++) {
              throwOne(server, random, origin + " message=" + i);
            }
          }));
    }
    for (Future<?> future : thrown) {
      future.get();
    }
  }

  /** However a message is parted, it has to mean the same. */
  private static void throwOne(Running server, Random random, String origin) {
    byte[] message = new Corpus(random).next();
    int[] parts = parts(message.length, random);
    boolean silent = random.nextInt(SILENT_ONE_IN) == 0;
    try {
      List<String> whole = answers(server, message, new int[] {message.length}, silent);
      List<String> inParts = answers(server, message, parts, false);
      for (int i = 1; i < TRIES && !silent && !inParts.equals(whole); i++) {
        // a client that half closes can be taken for gone when the machine is busy
        whole = answers(server, message, new int[] {message.length}, false);
        inParts = answers(server, message, parts, false);
      }
      if (!silent) {
        assertThat(inParts).as("answers to parts " + Arrays.toString(parts)).isEqualTo(whole);
      }
    } catch (IOException | RuntimeException | AssertionError e) {
      fail(origin + "\n" + quoted(message), e);
    }
  }

  private static int[] parts(int length, Random random) {
    int[] ends = new int[1 + random.nextInt(6)];
    for (int i = 0; i < ends.length - 1; i++) {
      ends[i] = random.nextInt(length + 1);
    }
    ends[ends.length - 1] = length;
    Arrays.sort(ends);
    return ends;
  }

  /**
   * All that the server answers until it closes.
   *
   * @param silent whether the client just stops instead of saying that it has finished
   */
  private static List<String> answers(Running server, byte[] message, int[] parts, boolean silent)
      throws IOException {
    List<String> answers = new ArrayList<>();
    try (RawClient client = RawClient.connect(server.port(), PATIENCE)) {
      int sent = 0;
      for (int end : parts) {
        client.send(Arrays.copyOfRange(message, sent, end));
        sent = end;
      }
      if (!silent) {
        client.finishSending();
      }
      while (true) {
        answers.add(answer(client));
      }
    } catch (EOFException e) {
      assertThat(e).hasMessage("closed in the line: \"\"");
    } catch (SocketException e) {
      answers.add("reset");
    }
    answers.removeIf("100"::equals);
    return answers;
  }

  private static String answer(RawClient client) throws IOException {
    RawResponse head = client.readHead();
    String asked = head.header("Asked").orElse("");
    int status = head.status();

    assertThat(status).isIn(100, 200, 400, 408, 413, 414, 417, 431, 501, 505);
    if (status == 100) {
      return "100";
    }
    assertThat(head.header("X-Request-ID").orElse("")).hasSize(32);
    assertThat(head.header("Connection").orElse("")).isIn("", "close", "keep-alive");
    String body = asked.startsWith("HEAD ") ? "" : body(client, head);
    if (head.header("Connection").orElse("").equals("close")) {
      assertThat(client.isClosedByServer()).as("closed after " + head).isTrue();
    }
    return status + " " + asked + " " + body;
  }

  /** What is refused before the application sees it does not tell whether it was a HEAD. */
  private static String body(RawClient client, RawResponse head) throws IOException {
    int length = Integer.parseInt(head.header("Content-Length").orElse("-1"));
    try {
      return new String(client.readExactly(length), ISO_8859_1);
    } catch (EOFException e) {
      if (head.status() == 200 || !e.getMessage().startsWith("closed after 0 of")) {
        throw e;
      }
      return "";
    }
  }

  private static void assertStillServes(Running server, int round) throws IOException {
    try (RawClient client = RawClient.connect(server.port(), PATIENCE)) {
      client.send("POST /plain HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nplain");

      assertThat(client.readResponse().text())
          .as("fuzz.seed=%d round=%d", SEED, round)
          .isEqualTo("plain");
    }
  }

  private static List<String> serverThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("pounce"))
        .sorted()
        .toList();
  }

  private static String quoted(byte[] message) {
    StringBuilder text = new StringBuilder();
    for (byte octet : message) {
      switch (octet) {
        case '\r' -> text.append("\\r");
        case '\n' -> text.append("\\n\n");
        default ->
            text.append(
                octet >= ' ' && octet < 0x7f ? (char) octet + "" : "\\x%02x".formatted(octet));
      }
    }
    return text.toString();
  }
}
