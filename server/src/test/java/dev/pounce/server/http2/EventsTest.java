package dev.pounce.server.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Headers;
import dev.pounce.app.Http;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Response;
import dev.pounce.app.Send;
import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.ConnectionEvent;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.server.Await;
import dev.pounce.server.Running;
import dev.pounce.server.ServerLog;
import dev.pounce.server.Story;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is told of streams: one by one, and then of many clients, whose streams come, are answered,
 * fail and are taken back in any order, in some runs with a shutdown in the middle that does not
 * wait. Whatever a client saw was whole and its own, and the events say the same of it.
 */
@Timeout(120)
class EventsTest {

  private static final int CLIENTS = 6;
  private static final int CONNECTIONS = 60;
  private static final int MOST_ACTS = 60;

  @AutoClose private final ServerLog log = ServerLog.open();

  @Test
  void story_ofOneConnection_isWhole() throws Exception {
    Story story;
    try (Running server = Running.serve(Http.app(r -> Response.text("four")))) {
      story = server.story();
      try (Client client = Client.open(server)) {
        for (int i = 0; i < 3; i++) {
          client.whole(client.get("/" + i));
        }
      }
      story.await(ConnectionCompleted.class);
      server.awaitLogged("\"GET /2 HTTP/2\" 200 4 ");
    }
    assertThat(story.names())
        .startsWith("ConnectionOpened")
        .endsWith("ConnectionCompleted")
        .hasSize(8);
    assertThat(story.of(ResponseCompleted.class))
        .allMatch(r -> r.status() == 200 && r.bytesSent() == 4)
        .hasSize(3);
    List<RequestStarted> started = story.of(RequestStarted.class);
    assertThat(started).extracting(RequestStarted::streamId).containsExactly(1, 3, 5);
    assertThat(started).allMatch(s -> s.protocol() == Protocol.H2 && s.httpVersion().equals("2.0"));
    assertThat(started).extracting(s -> s.requestId().toString()).doesNotHaveDuplicates();
    ConnectionCompleted end = story.await(ConnectionCompleted.class);
    assertThat(end.requestsServed()).isEqualTo(3);
    assertThat(end.totalBytesSent()).isEqualTo(12);
  }

  /** What a client saw of its connection. */
  private record Sight(int port, boolean left, Map<Integer, Answer> answers) {

    List<Answer> whole() {
      return answers.values().stream().filter(Answer::isWhole).toList();
    }
  }

  @ParameterizedTest(name = "seed {0}, no shutdown")
  @ValueSource(longs = {1, 2, 3})
  void events_areWhatClientsSaw(long seed) throws Exception {
    check(seed, false);
  }

  @ParameterizedTest(name = "seed {0}, shutdown in the middle")
  @ValueSource(longs = {4, 5, 6})
  void events_areWhatClientsSaw_thoughAShutdownCutsThem(long seed) throws Exception {
    check(seed, true);
  }

  private static void check(long seed, boolean stops) throws Exception {
    Queue<Sight> sights = new ConcurrentLinkedQueue<>();
    AtomicInteger begun = new AtomicInteger();
    Running server =
        Running.serve(
            APPLICATION,
            s ->
                s.workers(2)
                    .shutdownTimeout(Duration.ofMillis(1))
                    .maxConcurrentStreams(20)
                    .healthCheckPath("/health"));
    try (server;
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> visits = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        Random random = new Random(seed * CONNECTIONS + i);
        visits.add(
            clients.submit(() -> {
              begun.incrementAndGet();
              visit(server, random, sights, stops);
              return null;
            }));
      }
      if (stops) {
        while (begun.get() < CONNECTIONS / 2) {
          Thread.onSpinWait();
        }
        server.close();
      }
      for (Future<?> visit : visits) {
        visit.get();
      }
      if (!stops) {
        Await.noConnections(server); // none waits for a stream that is forgotten
      }
    }
    compare(sights, server.story(), seed, stops);
  }

  /** The path says what is answered: {@code /length/seed}, and how. */
  private static final Application APPLICATION =
      (scope, receive, send) -> {
        if (scope instanceof HttpScope http) {
          String[] path = http.path().split("/");
          switch (path[1]) {
            case "echo" ->
                Http.app(r -> Response.bytes("application/octet-stream", r.bytes()))
                    .handle(scope, receive, send);
            case "fail" -> throw new IllegalStateException("broken");
            default -> pieces(path[1], Integer.parseInt(path[2]), Integer.parseInt(path[3]), send);
          }
        }
      };

  private static void pieces(String how, int length, int seed, Send send) throws IOException {
    byte[] body = noise(length, seed);
    send.send(new HttpResponseStart(200, Headers.none()));
    for (int at = 0; at < length; at += 3000) {
      if (how.equals("broken") && at > length / 2) {
        throw new IllegalStateException("broken in the middle");
      }
      send.send(new HttpResponseBody(body, at, Math.min(3000, length - at), true));
    }
    send.send(HttpResponseBody.end());
  }

  private static byte[] noise(int length, int seed) {
    byte[] noise = new byte[length];
    new Random(seed).nextBytes(noise);
    return noise;
  }

  private static void visit(Running server, Random random, Queue<Sight> sights, boolean stops)
      throws Exception {
    Map<Integer, byte[]> expected = new TreeMap<>();
    Map<Integer, Answer> answers = new TreeMap<>();
    int port = 0;
    boolean left = random.nextInt(4) == 0;
    try (Client client = Client.open(server, Settings.INITIAL_WINDOW_SIZE, 20_000)) {
      port = client.wire().socket().getLocalPort();
      try {
        act(client, random, expected, answers);
        for (int stream : left ? List.<Integer>of() : List.copyOf(expected.keySet())) {
          client.answer(stream);
        }
      } catch (IOException | AssertionError e) {
        if (!stops) {
          throw e;
        }
      }
    } catch (IOException e) {
      if (!stops) {
        throw e;
      }
    }
    answers.forEach((stream, answer) -> {
      byte[] body = expected.get(stream);
      if (answer.isWhole() && answer.status() == 200 && body != null) {
        assertThat(answer.body()).as("stream %d", stream).isEqualTo(body);
      }
    });
    sights.add(new Sight(port, left || stops, answers));
  }

  private static void act(
      Client client, Random random, Map<Integer, byte[]> expected, Map<Integer, Answer> answers)
      throws IOException {
    List<Integer> uploads = new ArrayList<>();
    for (int acts = random.nextInt(MOST_ACTS); acts > 0; acts--) {
      int length = random.nextInt(60_000);
      int seed = random.nextInt(1000);
      int stream = 0;
      switch (random.nextInt(12)) {
        case 0 -> {
          stream = client.get("/fail");
          expected.put(stream, new byte[0]);
        }
        case 1 -> {
          stream = client.get("/broken/" + length + "/" + seed);
          expected.put(stream, noise(length, seed));
        }
        case 2, 3 -> {
          stream = client.post("/echo/");
          uploads.add(stream);
          expected.put(stream, noise(length % 20_000, seed));
        }
        case 4, 5 -> {
          if (!expected.isEmpty()) {
            List<Integer> all = List.copyOf(expected.keySet());
            int some = all.get(random.nextInt(all.size()));
            if (!uploads.contains(some)) {
              client.reset(some, ErrorCode.CANCEL);
              expected.remove(some);
            }
          }
        }
        case 6 -> {
          if (!expected.isEmpty()) {
            List<Integer> all = List.copyOf(expected.keySet());
            int some = all.get(random.nextInt(all.size()));
            if (!uploads.contains(some)) {
              client.answer(some);
            }
          }
        }
        default -> {
          stream = client.get("/whole/" + length + "/" + seed);
          expected.put(stream, noise(length, seed));
        }
      }
      if (stream > 0) {
        answers.put(stream, client.sofar(stream));
      }
      if (!uploads.isEmpty() && random.nextBoolean()) {
        upload(client, uploads.remove(random.nextInt(uploads.size())), expected);
      }
    }
    for (int stream : uploads) {
      upload(client, stream, expected);
    }
  }

  private static void upload(Client client, int stream, Map<Integer, byte[]> expected)
      throws IOException {
    byte[] body = expected.get(stream);
    if (client.sofar(stream).isOver()) {
      return; // refused: there were too many
    }
    for (int at = 0; at < body.length; at += 5000) {
      byte[] piece = java.util.Arrays.copyOfRange(body, at, Math.min(at + 5000, body.length));
      client.frame(Frame.DATA, 0, stream, piece);
    }
    client.last(stream, "");
  }

  private static void compare(Queue<Sight> sights, Story all, long seed, boolean stops) {
    Map<Integer, List<ConnectionEvent>> stories =
        all.events().stream()
            .filter(ConnectionEvent.class::isInstance)
            .map(ConnectionEvent.class::cast)
            .collect(Collectors.groupingBy(e -> portOf(all, e.connectionId())));
    assertThat(sights).as("seed %d", seed).hasSize(CONNECTIONS);
    for (Sight sight : sights) {
      List<ConnectionEvent> story = stories.getOrDefault(sight.port(), List.of());
      long whole = story.stream().filter(ResponseCompleted.class::isInstance).count();
      long failed =
          story.stream().filter(e -> e instanceof RequestFailed f && f.status() == 500).count();
      long seen = sight.whole().stream().filter(a -> a.status() == 200).count();
      long broken = sight.whole().stream().filter(a -> a.status() == 500).count();
      assertThat(whole).as("seed %d: %s %s", seed, sight, story).isGreaterThanOrEqualTo(seen);
      assertThat(failed).as("seed %d: %s", seed, sight).isGreaterThanOrEqualTo(broken);
      List<Integer> streams =
          story.stream()
              .filter(RequestStarted.class::isInstance)
              .map(e -> ((RequestStarted) e).streamId())
              .toList();
      assertThat(streams).doesNotHaveDuplicates().allMatch(id -> id % 2 == 1);
      if (!sight.left()) {
        long ended = story.stream().filter(EventsTest::isEnd).count();
        long refused = story.stream().filter(RequestRejected.class::isInstance).count();
        assertThat(ended + refused).as("seed %d", seed).isEqualTo(sight.answers().size());
      }
    }
    if (!stops) {
      assertThat(all.of(ClientDisconnected.class)).as("some are taken back").isNotEmpty();
    }
  }

  private static boolean isEnd(ConnectionEvent event) {
    return event instanceof ResponseCompleted
        || event instanceof RequestFailed
        || event instanceof ClientDisconnected;
  }

  private static int portOf(Story all, long connection) {
    return all.of(ConnectionOpened.class).stream()
        .filter(opened -> opened.connectionId() == connection)
        .findFirst()
        .orElseThrow()
        .clientPort();
  }
}
