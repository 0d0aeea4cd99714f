package dev.pounce.server.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.Secured;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Worker processes and HTTP/2: many requests on one connection, which goes with its worker. */
@Timeout(180)
class StreamsTest {

  @TempDir private Path folder;

  private static Process h2load(FleetProcess fleet, String path, String... options)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("h2load"));
    command.addAll(List.of(options));
    command.add("http://127.0.0.1:" + fleet.port() + path);
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static String end(Process client) throws Exception {
    try (var said = client.inputReader()) {
      return said.readAllAsString();
    }
  }

  /** Asks again and again, in a way that clients do not repeat; once more when there is a file. */
  private static List<String> load(HttpClient client, URI uri, Path stop) throws Exception {
    List<String> answers = new ArrayList<>();
    boolean last;
    do {
      last = Files.exists(stop);
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString("x")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      answers.add(answer.body());
    } while (!last);
    return answers;
  }

  @Test
  void hangup_clientsOfHttp2UnderLoad_loseNoRequest() throws Exception {
    Secured.write(folder);
    try (FleetProcess fleet =
            FleetProcess.start(
                folder,
                "workers=2",
                "ssl-certfile=" + folder.resolve("cert.pem"),
                "ssl-keyfile=" + folder.resolve("key.pem"));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        HttpClient client = HttpClient.newBuilder().sslContext(Secured.client()).build()) {
      Set<Long> former = Set.of();
      URI uri = URI.create("https://localhost:" + fleet.port() + "/version");
      Path stop = folder.resolve("stop");
      List<Future<List<String>>> loads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        loads.add(threads.submit(() -> load(client, uri, stop)));
      }
      for (int generation = 2; generation <= 4; generation++) {
        former = fleet.workers();
        fleet.reload("" + generation);
        fleet.awaitLine("Generation " + generation + " serves");
      }
      Set<Long> old = former;
      fleet.awaitWorkers(
          "only new workers", all -> all.size() == 2 && Collections.disjoint(all, old));
      Files.createFile(stop);
      for (Future<List<String>> load : loads) {
        assertThat(load.get()).startsWith("1").endsWith("4");
      }
      assertThat(fleet.lines()).noneMatch(line -> line.contains("cut"));
    }
  }

  @Test
  void hangup_streamsInClearUnderWay_areAnsweredBeforeTheConnectionEnds() throws Exception {
    try (FleetProcess fleet = FleetProcess.start(folder, "workers=1", "reload-timeout=2m")) {
      Set<Long> first = fleet.workers();
      Process client = h2load(fleet, "/stream", "-n", "3", "-c", "1", "-m", "3");
      fleet.awaitLines(3, "stream in ");
      fleet.signal("HUP");
      fleet.awaitLine("Worker 1 draining 3 active connection(s)...");
      Files.createFile(Shop.go(folder));
      assertThat(end(client)).contains("3 succeeded, 0 failed, 0 errored, 0 timeout");
      fleet.awaitWorkers("a new worker", all -> Collections.disjoint(all, first));
    }
  }

  @Test
  void process_eachStreamCounts_towardsItsRequests() throws Exception {
    try (FleetProcess fleet =
        FleetProcess.start(
            folder, "workers=1", "max-requests-per-worker=20", "max-requests-jitter=0")) {
      Process less = h2load(fleet, "/", "-n", "19", "-c", "1", "-m", "4");
      assertThat(end(less)).contains("19 succeeded, 0 failed");
      assertThat(fleet.ask("/metrics").text()).contains("\npounce_");
      assertThat(fleet.lines()).noneMatch(line -> line.contains("has served its requests"));
      Process last = h2load(fleet, "/", "-n", "1", "-c", "1");
      assertThat(end(last)).contains("1 succeeded, 0 failed");
      fleet.awaitLine("Worker 1 has served its requests — replacing it");
      fleet.awaitLine("Worker 1 stopped");
      assertThat(end(h2load(fleet, "/", "-n", "9", "-c", "1"))).contains("9 succeeded, 0 failed");
    }
  }
}
