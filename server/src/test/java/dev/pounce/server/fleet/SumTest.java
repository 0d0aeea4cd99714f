package dev.pounce.server.fleet;

import static dev.pounce.server.Requests.get;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.Await;
import dev.pounce.server.fleet.FleetProcess.Served;
import dev.pounce.testkit.RawClient;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What worker processes have counted, which each of them tells for all. */
@Timeout(180)
class SumTest {

  private static final int CLIENTS = 6;
  private static final int REQUESTS = 200_000;

  /** How many requests a client sends before it reads. */
  private static final int BATCH = 20;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private static long requests(String metrics) {
    return metrics
        .lines()
        .filter(line -> line.startsWith("http_requests_total{"))
        .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void anyWorker_tellsTheSumOfAll() throws Exception {
    try (FleetProcess fleet = FleetProcess.start(folder, "workers=2");
        RawClient one = fleet.connect()) {
      try (Served other = fleet.connectBeside(FleetProcess.pid(one))) {
        Await.until("all others are closed", () -> active(one) == 2);
        assertThat(active(other.client())).isEqualTo(2);
        long before = requests(scrape(one));
        FleetProcess.pid(one);
        FleetProcess.pid(other.client());
        FleetProcess.pid(other.client());
        Await.until("all are counted", () -> requests(scrape(one)) == before + 3);
        assertThat(requests(scrape(other.client()))).isEqualTo(before + 3);
      }
    }
  }

  private static String scrape(RawClient client) throws IOException {
    return client.send(get("/metrics")).readResponse().text();
  }

  private static int active(RawClient client) throws IOException {
    String health = client.send(get("/health")).readResponse().text();
    return Integer.parseInt(health.strip().replaceAll(".*\"active_connections\": ?(\\d+).*", "$1"));
  }

  @Test
  void labelsOfWorkers_areThereWhereEachHasItsOwn() throws Exception {
    try (FleetProcess fleet = FleetProcess.start(folder, "workers=2");
        RawClient client = fleet.connect()) {
      List<Long> pids = List.copyOf(fleet.workers());
      List<String> samples = scrape(client).lines().filter(line -> !line.startsWith("#")).toList();
      for (long pid : pids) {
        assertThat(samples)
            .anyMatch(sample ->
                sample.matches(
                    "jvm_memory_used_bytes\\{.*worker_id=\"[12]\",worker_pid=\"" + pid + "\".*"));
      }
      assertThat(samples)
          .filteredOn(sample -> sample.contains("worker_"))
          .filteredOn(sample -> sample.contains("{"))
          .allMatch(sample -> sample.matches("(jvm|process|pounce_worker)_.*"));
      assertThat(samples).contains("http_connections_active 1");
    }
  }

  /** What a client has got, and on how many of its connections it has waited in vain. */
  private record Got(long answers, int lost) {}

  /** Sends its share of the requests, in batches, and tells whom it was served by. */
  private static Got client(int port, Set<Long> serving, AtomicLong progress) throws IOException {
    byte[] batch = get("/").repeat(BATCH).getBytes(ISO_8859_1);
    long answers = 0;
    int lost = 0;
    int sent = 0;
    while (sent < REQUESTS / CLIENTS) {
      RawClient client = RawClient.connect(port, PATIENCE); // which nobody may refuse
      try (client) {
        serving.add(FleetProcess.pid(client));
        answers++;
        while (sent < REQUESTS / CLIENTS) {
          sent += BATCH;
          client.send(batch);
          for (int i = 0; i < BATCH; i++) {
            assertThat(client.readResponse().status()).isEqualTo(200);
            answers++;
          }
          progress.addAndGet(BATCH);
        }
      } catch (EOFException | SocketException e) {
        lost++;
      }
    }
    return new Got(answers, lost);
  }

  @Test
  void workerIsKilledHalfWay_theSumIsWhatClientsHaveCounted() throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        FleetProcess fleet = FleetProcess.start(folder, "workers=3", "log-level=warning")) {
      int port = fleet.port();
      Set<Long> serving = ConcurrentHashMap.newKeySet();
      AtomicLong progress = new AtomicLong();
      List<Future<Got>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        all.add(clients.submit(() -> client(port, serving, progress)));
      }
      assertThat(Await.holdsWithin(PATIENCE, () -> progress.get() >= REQUESTS / 2)).isTrue();
      FleetProcess.signal("KILL", serving.iterator().next());
      long answers = 0;
      int lost = 0;
      for (Future<Got> got : all) {
        answers += got.get().answers();
        lost += got.get().lost();
      }

      assertThat(lost).isPositive();
      assertThat(answers).isGreaterThan(REQUESTS - (long) lost * BATCH);
      long least = answers - (long) lost * BATCH;
      long most = answers + (long) lost * BATCH;
      Await.until("all are counted", () -> requests(fleet.ask("/metrics").text()) >= least);
      fleet.awaitWorkers("three again", workers -> workers.size() == 3);
      assertThat(requests(fleet.ask("/metrics").text())).isBetween(least, most);
    }
  }
}
