package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.testkit.RawClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What connections hold while nothing is asked on them. */
@Timeout(60)
class IdleTest {

  private static final String DESK = "dev.pounce.server.http1.Desk";

  private static final int CONNECTIONS = 400;

  /** Several, as a connection may be woken for nothing behind a request. */
  private static final int ROUNDS = 10;

  /** As many as are kept for the next connections with something to do. */
  private static final int KEPT_DESKS = 64;

  @Test
  void connections_idleAfterRequests_holdNoBuffers() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    int ofOtherServers = Instances.live(DESK);
    try (Running server =
        Running.serve(
            Http.app(request -> Response.text("done")),
            s -> s.keepAliveTimeout(Duration.ofMinutes(1)))) {
      try {
        for (int i = 0; i < CONNECTIONS; i++) {
          clients.add(server.connect());
        }
        for (int round = 0; round < ROUNDS; round++) {
          for (RawClient client : clients) {
            client.send(get("/"));
          }
          for (RawClient client : clients) {
            assertThat(client.readResponse().text()).isEqualTo("done");
          }
        }
        Await.until(
            "only the spare desks are left",
            () -> Instances.live(DESK) <= ofOtherServers + KEPT_DESKS);
      } finally {
        for (RawClient client : clients) {
          client.close();
        }
      }
    }
  }
}
