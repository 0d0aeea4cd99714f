package dev.pounce.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How connections come to workers. */
@Timeout(60)
class WorkersTest {

  private static final Pattern WORKER = Pattern.compile("\"worker_id\": ?(\\d+)");

  private final List<RawClient> clients = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
  }

  private static Running serve(int workers) throws StartupException {
    return Running.serve(
        Http.app(request -> Response.text("hello")),
        settings -> settings.workers(workers).healthCheckPath("/health"));
  }

  private RawClient connect(Running server) throws IOException {
    RawClient client = server.connect();
    clients.add(client);
    return client;
  }

  private static int workerOf(Running server, RawClient client) throws Exception {
    RawResponse health = Await.health(server, client);
    Matcher worker = WORKER.matcher(health.text());
    assertThat(worker.find()).as(health.text()).isTrue();
    return Integer.parseInt(worker.group(1));
  }

  private static int connectionsOf(Running server, RawClient client) throws Exception {
    return Await.activeConnections(Await.health(server, client));
  }

  @Test
  void connections_severalWorkers_areSpreadEvenly() throws Exception {
    try (Running server = serve(3)) {
      Map<Integer, Integer> byWorker = new HashMap<>();
      for (int i = 0; i < 12; i++) {
        byWorker.merge(workerOf(server, connect(server)), 1, Integer::sum);
      }
      assertThat(byWorker).containsOnly(Map.entry(1, 4), Map.entry(2, 4), Map.entry(3, 4));
      for (RawClient client : clients) {
        assertThat(connectionsOf(server, client)).isEqualTo(12);
      }
    }
  }

  @Test
  void connections_oneWorkerHasLost_goToThatWorker() throws Exception {
    try (Running server = serve(3)) {
      List<RawClient> second = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        RawClient client = connect(server);
        if (workerOf(server, client) == 2) {
          second.add(client);
        }
      }
      assertThat(second).hasSize(3);
      second.removeFirst().close();
      second.removeFirst().close();
      RawClient remaining = second.getFirst();
      Await.until("worker 2 has one left", () -> connectionsOf(server, remaining) == 7);
      assertThat(workerOf(server, connect(server))).isEqualTo(2);
      assertThat(workerOf(server, connect(server))).isEqualTo(2);
    }
  }

  @Test
  void workers_zero_isOneForEachCore() throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    try (Running server = serve(0)) {
      Map<Integer, Integer> byWorker = new HashMap<>();
      for (int i = 0; i < 2 * cores; i++) {
        byWorker.merge(workerOf(server, connect(server)), 1, Integer::sum);
      }
      assertThat(byWorker).hasSize(cores);
      assertThat(byWorker.values()).containsOnly(2);
    }
  }

  @Test
  void connection_keepsItsWorker() throws Exception {
    try (Running server = serve(4)) {
      RawClient client = connect(server);
      int worker = workerOf(server, client);
      for (int i = 0; i < 5; i++) {
        connect(server);
        assertThat(workerOf(server, client)).isEqualTo(worker);
      }
    }
  }
}
