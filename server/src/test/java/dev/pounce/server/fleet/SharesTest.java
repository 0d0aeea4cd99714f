package dev.pounce.server.fleet;

import static dev.pounce.server.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.Await;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each worker process has its share of the connections, and of how many there may be. */
@Timeout(180)
class SharesTest {

  private static final int WORKERS = 3;

  /** So many that what goes to the wrong process while they warm up is made good, as a rule. */
  private static final int CONNECTIONS = 90;

  /** So many that it is made good on the busiest of machines. */
  private static final int CONNECTIONS_AT_MOST = 450;

  private static final int MOST = 6;

  @TempDir private Path folder;

  private final List<RawClient> clients = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
  }

  private RawClient connect(FleetProcess fleet) throws Exception {
    RawClient client = fleet.connect();
    clients.add(client);
    return client;
  }

  /** Without the workers' courtesy to each other one of them has 36 to 46, as a rule. */
  @Test
  void connections_areSpreadOverAllProcesses() throws Exception {
    try (FleetProcess fleet = FleetProcess.start(folder, "workers=" + WORKERS)) {
      Map<Long, Integer> byProcess = new HashMap<>();
      int open = 0;
      while (open < CONNECTIONS || open < CONNECTIONS_AT_MOST && !isEven(byProcess, open)) {
        byProcess.merge(FleetProcess.pid(connect(fleet)), 1, Integer::sum);
        open++;
      }
      assertThat(byProcess).containsOnlyKeys(fleet.workers());
      assertThat(isEven(byProcess, open)).as("%s", byProcess).isTrue();
    }
  }

  /** Whether each process has its share, give or take a fifth. */
  private static boolean isEven(Map<Long, Integer> byProcess, int open) {
    int share = open / WORKERS;
    return byProcess.values().stream().allMatch(count -> Math.abs(count - share) <= share / 5);
  }

  @Test
  void maxConnections_isTheSumOfWhatAllProcessesServe() throws Exception {
    try (FleetProcess fleet =
        FleetProcess.start(folder, "workers=" + WORKERS, "max-connections=" + MOST)) {
      Map<Long, Integer> byProcess = new HashMap<>();
      List<RawClient> served = new ArrayList<>();
      Await.until(
          "all are served that may be",
          () -> {
            serve(fleet, byProcess, served);
            return served.size() == MOST;
          });
      assertThat(byProcess).containsOnlyKeys(fleet.workers());
      assertThat(byProcess.values()).containsOnly(MOST / WORKERS);

      for (int i = 0; i < 2 * MOST; i++) {
        try (RawClient more = fleet.connect()) {
          RawResponse refused = more.send(get("/pid")).readResponse();
          assertThat(refused.status()).isEqualTo(503);
          assertThat(refused.header("Retry-After")).contains("5");
          assertThat(more.isClosedByServer()).isTrue();
        }
        assertThat(fleet.ask("/health").status()).isEqualTo(200);
      }
      for (RawClient client : served) {
        assertThat(client.send(get("/")).readResponse().text()).isEqualTo("hello");
      }
      served.removeFirst().close();
      Await.until("another one is served", () -> serve(fleet, byProcess, served));
    }
  }

  /** Whether a new connection is served, which is then kept. */
  private boolean serve(FleetProcess fleet, Map<Long, Integer> byProcess, List<RawClient> served)
      throws Exception {
    RawClient client = connect(fleet);
    RawResponse answer = client.send(get("/pid")).readResponse();
    if (answer.status() != 200) {
      client.close();
      return false;
    }
    byProcess.merge(Long.parseLong(answer.text()), 1, Integer::sum);
    return served.add(client);
  }
}
