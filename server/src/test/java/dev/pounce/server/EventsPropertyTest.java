package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static dev.pounce.server.Requests.post;
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
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients of every kind at the same time, some of them rude, and in some runs a shutdown that does
 * not wait: what the events say of each connection is what its client saw on the wire.
 */
@Timeout(120)
class EventsPropertyTest {

  private static final int CLIENTS = 8;
  private static final int CONNECTIONS = 400;
  private static final int MOST_REQUESTS = 6;
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final String[] BAD = {
    "NONSENSE\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: h\r\nbad field\r\n\r\n",
  };
  private static final String[] PARTS = {
    "",
    "G",
    "GET / HTTP/1.1\r\nHost",
    "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nab"
  };

  @AutoClose private final ServerLog log = ServerLog.open();

  /** How much of what there is a client reads. */
  private enum Manners {
    TO_THE_END,
    LEAVES_EARLY,
    RESETS_EARLY
  }

  /**
   * What a client saw.
   *
   * @param ahead whether it may have sent what the server did not read
   */
  private record Sight(int port, Manners manners, boolean ahead, int responses, long bytes) {}

  @ParameterizedTest(name = "seed {0}, no shutdown")
  @ValueSource(longs = {1, 2, 3})
  void events_areWhatClientsSaw(long seed) throws Exception {
    check(seed, Integer.MAX_VALUE);
  }

  @ParameterizedTest(name = "seed {0}, shutdown in the middle")
  @ValueSource(longs = {4, 5, 6})
  void events_areWhatClientsSaw_thoughAShutdownCutsThem(long seed) throws Exception {
    check(seed, CONNECTIONS / 2);
  }

  private static void check(long seed, int stopAfter) throws Exception {
    Queue<Sight> sights = new ConcurrentLinkedQueue<>();
    AtomicInteger begun = new AtomicInteger();
    Running server =
        Running.serve(
            APPLICATION,
            settings ->
                settings
                    .workers(2)
                    .shutdownTimeout(Duration.ofMillis(1))
                    .keepAliveTimeout(SHORT)
                    .headerTimeout(SHORT)
                    .requestTimeout(SHORT));
    Thread stop =
        Thread.ofPlatform()
            .unstarted(() -> {
              while (begun.get() < stopAfter) {
                Thread.onSpinWait();
              }
              server.close();
            });
    try (server;
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      for (int i = 0; i < CONNECTIONS; i++) {
        Random random = new Random(seed * CONNECTIONS + i);
        clients.execute(() -> {
          begun.incrementAndGet();
          visit(server, random, sights);
        });
      }
      if (stopAfter < CONNECTIONS) {
        stop.start();
        stop.join();
      }
    }
    compare(sights, server.story().events(), seed);
  }

  private static void handle(dev.pounce.app.Scope scope, dev.pounce.app.Receive receive, Send send)
      throws Exception {
    APPLICATION.handle(scope, receive, send);
  }

  private static final Application SIMPLE =
      Http.app(request ->
          switch (request.path()) {
            case "/echo" -> Response.bytes("application/octet-stream", request.bytes());
            case "/fail" -> throw new IllegalStateException("broken");
            default ->
                Response.bytes("text/plain", new byte[Math.abs(request.path().hashCode()) % 5_000]);
          });

  private static final Application APPLICATION =
      (scope, receive, send) -> {
        if (scope instanceof HttpScope http && http.path().startsWith("/chunks")) {
          chunks(http.path().equals("/chunks/broken"), send);
        } else {
          SIMPLE.handle(scope, receive, send);
        }
      };

  private static void chunks(boolean broken, Send send) throws IOException {
    send.send(new HttpResponseStart(200, Headers.none()));
    for (int i = 1; i < 20; i++) {
      send.send(new HttpResponseBody(new byte[i * 100], true));
    }
    if (broken) {
      throw new IllegalStateException("broken in the middle");
    }
    send.send(HttpResponseBody.last(new byte[0]));
  }

  private static void visit(Running server, Random random, Queue<Sight> sights) {
    try (RawClient client = server.connect()) {
      int port = client.socket().getLocalPort();
      Wire wire = new Wire(client);
      Manners manners = Manners.values()[Math.max(0, random.nextInt(5) - 2)];
      long patience = manners == Manners.TO_THE_END ? Long.MAX_VALUE : random.nextInt(9_000);
      boolean ahead = true;
      try {
        ahead = talk(client, wire, random, patience);
        if (manners == Manners.TO_THE_END) {
          client.finishSending();
        }
      } catch (IOException e) {
        // the server has closed; what it sent before is still there
      }
      wire.readUntil(() -> wire.bytes() >= patience);
      if (manners == Manners.RESETS_EARLY) {
        client.reset();
      }
      sights.add(new Sight(port, manners, ahead, wire.responses(), wire.bytes()));
    } catch (IOException e) {
      // refused: the server has stopped, and knows nothing of this one
    }
  }

  private static boolean talk(RawClient client, Wire wire, Random random, long patience)
      throws IOException {
    int requests = random.nextInt(MOST_REQUESTS + 1);
    boolean pipelined = random.nextBoolean();
    for (int i = 0; i < requests; i++) {
      client.send(request(random));
      int seen = wire.responses();
      if (!pipelined) {
        wire.readUntil(() -> wire.responses() > seen || wire.bytes() >= patience);
      }
    }
    int last = random.nextInt(6);
    if (last == 0) {
      client.send(BAD[random.nextInt(BAD.length)]);
    } else if (last == 1) {
      client.send(PARTS[random.nextInt(PARTS.length)]);
    }
    return pipelined || last < 2;
  }

  private static String request(Random random) {
    return switch (random.nextInt(10)) {
      case 0 -> get("/fail");
      case 1, 2 -> get("/chunks");
      case 3 -> get("/chunks/broken");
      case 4, 5 -> post("/echo", "x".repeat(random.nextInt(20_000)));
      default -> get("/" + random.nextInt());
    };
  }

  private static void compare(Queue<Sight> sights, List<LifecycleEvent> events, long seed) {
    Map<Integer, Deque<List<ConnectionEvent>>> stories = stories(events);
    assertThat(sights).as("seed %d", seed).isNotEmpty();
    for (Sight sight : sights) {
      List<ConnectionEvent> story = stories.getOrDefault(sight.port(), new ArrayDeque<>()).poll();
      if (story == null) {
        // connected, but the server stopped before it was accepted
        assertThat(sight.responses()).isZero();
        continue;
      }
      long bytes = story.stream().mapToLong(EventsPropertyTest::bytes).sum();
      long answers = story.stream().filter(EventsPropertyTest::isAnswer).count();
      if (sight.manners() == Manners.TO_THE_END && !(sight.ahead() && isCut(story))) {
        assertThat(bytes).as("seed %d: bytes, %s, %s", seed, sight, story).isEqualTo(sight.bytes());
        assertThat(answers)
            .as("seed %d: responses, %s, %s", seed, sight, story)
            .isEqualTo(sight.responses());
      } else {
        assertThat(bytes)
            .as("seed %d: bytes, %s, %s", seed, sight, story)
            .isGreaterThanOrEqualTo(sight.bytes());
        assertThat(answers)
            .as("seed %d: responses, %s, %s", seed, sight, story)
            .isGreaterThanOrEqualTo(sight.responses());
      }
    }
  }

  /** Those of each port, in the order in which it was used. */
  private static Map<Integer, Deque<List<ConnectionEvent>>> stories(List<LifecycleEvent> events) {
    return events.stream()
        .filter(ConnectionEvent.class::isInstance)
        .map(ConnectionEvent.class::cast)
        .collect(Collectors.groupingBy(EventsPropertyTest::connection))
        .entrySet()
        .stream()
        .sorted(Comparator.comparing(story -> story.getKey().timestamp()))
        .collect(
            Collectors.groupingBy(
                story -> story.getKey().clientPort(),
                Collectors.mapping(Map.Entry::getValue, Collectors.toCollection(ArrayDeque::new))));
  }

  /** Closing on octets that a client still sends makes its kernel forget what it has received. */
  private static boolean isCut(List<ConnectionEvent> story) {
    ConnectionCompleted end = (ConnectionCompleted) story.getLast();
    return end.reason() == ConnectionCompleted.Reason.ERROR;
  }

  private static ConnectionOpened connection(ConnectionEvent event) {
    return switch (event) {
      case ConnectionOpened opened -> opened;
      case RequestStarted started -> started.connection();
      case ResponseCompleted completed -> completed.request().connection();
      case RequestFailed failed -> failed.request().connection();
      case RequestRejected rejected -> rejected.connection();
      case ClientDisconnected left -> left.connection();
      case ConnectionCompleted completed -> completed.connection();
    };
  }

  private static long bytes(ConnectionEvent event) {
    return switch (event) {
      case ResponseCompleted completed -> completed.bytesSent();
      case RequestFailed failed -> failed.bytesSent();
      case RequestRejected rejected -> rejected.bytesSent();
      case ClientDisconnected left -> left.bytesSent();
      case ConnectionOpened _, RequestStarted _, ConnectionCompleted _ -> 0;
    };
  }

  /** Whether the client gets a whole response of it. */
  private static boolean isAnswer(ConnectionEvent event) {
    return switch (event) {
      case ResponseCompleted _, RequestRejected _ -> true;
      case RequestFailed failed -> failed.status() == 500;
      default -> false;
    };
  }
}
