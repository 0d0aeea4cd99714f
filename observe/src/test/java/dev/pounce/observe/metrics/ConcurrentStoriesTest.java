package dev.pounce.observe.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.LifecycleEvent;
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
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections tell their stories at once, and while a reader looks. */
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

  /** One connection after the other, so that each stripe has its turn to be the busy one. */
  @Test
  void snapshot_whileStoriesAreTold_isNeverNegativeNorLessThanBefore() throws Exception {
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<List<String>> reader = threads.submit(this::watch);
      for (int connection = 1; !reader.isDone(); connection++) {
        List<LifecycleEvent> events = new ArrayList<>();
        Story story = Story.on(events::add, 1, connection).opened();
        story.answered("GET", 200, 1, Duration.ofMillis(1));
        story.closed();
        for (int i = 0; i < 10_000; i++) {
          events.forEach(collector::record);
        }
      }

      assertThat(reader.get()).isEmpty();
    }
  }

  @Test
  void record_manyNewWorkersAtOnce_losesNothing() throws Exception {
    int workers = 8;
    CyclicBarrier together = new CyclicBarrier(workers);
    try (ExecutorService threads = Executors.newFixedThreadPool(workers)) {
      for (int round = 0; round < 200; round++) {
        PrometheusCollector fresh = new PrometheusCollector();
        List<Callable<Story>> firsts = new ArrayList<>();
        for (int worker = 1; worker <= workers; worker++) {
          int number = worker;
          firsts.add(() -> {
            together.await();
            Story.on(fresh, 1 + number / 2, number).opened();
            return Story.on(fresh, number, number).opened();
          });
        }
        for (Future<Story> first : threads.invokeAll(firsts)) {
          first.get();
        }

        assertThat(fresh.snapshot().connectionsActive()).isEqualTo(2 * workers);
      }
    }
  }

  /** Looks until it has seen enough changes, and returns what was wrong with them. */
  private List<String> watch() {
    List<String> wrong = new ArrayList<>();
    Snapshot before = collector.snapshot();
    for (int changes = 0; changes < 500; ) {
      Snapshot now = collector.snapshot();
      if (now.connectionsActive() < 0
          || now.requestsInFlight() < 0
          || now.durationCount() < before.durationCount()
          || now.bytesSentTotal() < before.bytesSentTotal()
          || now.durationSum().compareTo(before.durationSum()) < 0) {
        wrong.add(before + " -> " + now);
      }
      changes += now.bytesSentTotal() == before.bytesSentTotal() ? 0 : 1;
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
