package dev.pounce.observe.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.RequestRejected.Reason;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.metrics.Snapshot.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many connections tell random stories at once, while readers look. */
@Timeout(60)
class ConcurrentStoriesTest {
  private static final long SEED = 20260212;
  private static final int CONNECTIONS = 64;
  private static final int REQUESTS = 2_000;
  private static final int WORKERS = 6;
  private static final List<String> METHODS = List.of("GET", "POST", "PROPFIND", "get", "DELETE");
  private static final List<Integer> STATUSES = List.of(200, 204, 304, 404, 500, 599, 700, 0);

  private final PrometheusCollector collector = new PrometheusCollector();

  @Test
  void snapshot_afterAllStories_holdsTheSumOfWhatEachThreadTold() throws Exception {
    List<Callable<Tally>> stories = new ArrayList<>();
    for (int connection = 1; connection <= CONNECTIONS; connection++) {
      int number = connection;
      stories.add(() -> tell(number));
    }
    Tally expected = new Tally();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Tally> story : threads.invokeAll(stories)) {
        expected.add(story.get());
      }
    }

    assertThat(collector.snapshot()).as("seed %s", SEED).isEqualTo(expected.snapshot());
  }

  @Test
  void snapshot_whileStoriesAreTold_isNeverNegativeNorLessThanBefore() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      Future<List<String>> reader = threads.submit(() -> watch(over));
      List<Future<Tally>> stories = new ArrayList<>();
      for (int connection = 1; connection <= 4; connection++) {
        int number = connection;
        stories.add(threads.submit(() -> tell(number)));
      }
      for (Future<Tally> story : stories) {
        story.get();
      }
      over.set(true);

      assertThat(reader.get()).as("seed %s", SEED).isEmpty();
    }
  }

  /** Snapshots until it is over, and returns what was wrong with them. */
  private List<String> watch(AtomicBoolean over) {
    List<String> wrong = new ArrayList<>();
    Snapshot before = collector.snapshot();
    while (!over.get()) {
      Snapshot now = collector.snapshot();
      if (now.connectionsActive() < 0
          || now.requestsInFlight() < 0
          || now.durationCount() < before.durationCount()
          || now.bytesSentTotal() < before.bytesSentTotal()
          || now.durationSum().compareTo(before.durationSum()) < 0) {
        wrong.add(before + " -> " + now);
      }
      before = now;
    }
    return wrong;
  }

  private Tally tell(int connection) {
    Random random = new Random(SEED + connection);
    Tally tally = new Tally();
    Story story = Story.on(collector, 1 + connection % WORKERS, connection).opened();
    for (int i = 0; i < REQUESTS; i++) {
      String method = METHODS.get(random.nextInt(METHODS.size()));
      int status = STATUSES.get(random.nextInt(STATUSES.size()));
      long bytes = random.nextInt(100_000);
      Duration duration = Duration.ofNanos(1_000L * random.nextInt(20_000_000));
      switch (random.nextInt(8)) {
        case 0 -> {
          Reason reason = Reason.values()[random.nextInt(Reason.values().length)];
          story.rejected(reason, 400, bytes);
          tally.rejected.merge(reason, 1L, Long::sum);
        }
        case 1 -> {
          RequestStarted request = random.nextBoolean() ? story.started(method) : null;
          story.left(request, bytes);
          tally.disconnects++;
        }
        case 2 -> {
          story.failed(story.started(method), status, bytes, duration);
          tally.answered(method, status, duration);
        }
        default -> {
          story.completed(story.started(method), Math.max(100, status), bytes, duration);
          tally.answered(method, Math.max(100, status), duration);
        }
      }
      tally.bytes += bytes;
    }
    if (connection % 2 == 0) {
      story.closed();
    } else {
      story.started("GET");
      tally.open++;
    }
    return tally;
  }

  /** The same counts, without threads. */
  private static final class Tally {
    private final Map<Outcome, Long> requests = new HashMap<>();
    private final Map<Reason, Long> rejected = new EnumMap<>(Reason.class);
    private Duration sum = Duration.ZERO;
    private long bytes;
    private long disconnects;
    private long open;

    Tally() {
      for (Reason reason : Reason.values()) {
        rejected.put(reason, 0L);
      }
    }

    void answered(String method, int status, Duration duration) {
      if (status != 0) {
        boolean known = method.equals("GET") || method.equals("POST") || method.equals("DELETE");
        Outcome outcome =
            new Outcome(known ? method : "_OTHER", status < 600 ? "" + status : "_OTHER");
        requests.merge(outcome, 1L, Long::sum);
        sum = sum.plus(duration);
      }
    }

    void add(Tally other) {
      other.requests.forEach((outcome, count) -> requests.merge(outcome, count, Long::sum));
      other.rejected.forEach((reason, count) -> rejected.merge(reason, count, Long::sum));
      sum = sum.plus(other.sum);
      bytes += other.bytes;
      disconnects += other.disconnects;
      open += other.open;
    }

    Snapshot snapshot() {
      long count = requests.values().stream().mapToLong(Long::longValue).sum();
      return new Snapshot(requests, sum, count, open, open, bytes, rejected, disconnects);
    }
  }
}
