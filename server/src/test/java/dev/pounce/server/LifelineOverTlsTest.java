package dev.pounce.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Http;
import dev.pounce.app.Request;
import dev.pounce.app.Response;
import dev.pounce.testkit.RawClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The lifeline does handshakes, too. */
@OverTls
@Timeout(60)
class LifelineOverTlsTest {

  private static final int CARRIERS = Runtime.getRuntime().availableProcessors();

  private final AtomicInteger burning = new AtomicInteger();
  private volatile boolean released;

  private Response handle(Request request) {
    if (request.path().equals("/burn")) {
      burning.incrementAndGet();
      while (!released) {
        Thread.onSpinWait();
      }
    }
    return Response.text("burnt");
  }

  @Test
  void health_everyCarrierBurns_isAnswered() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try (Running server =
        Running.serve(Http.app(this::handle), s -> s.healthCheckPath("/health"))) {
      for (int i = 0; i < CARRIERS; i++) {
        clients.add(server.connect());
        clients.getLast().send(Requests.get("/burn"));
      }
      Await.until("every carrier burns", () -> burning.get() == CARRIERS);
      try (RawClient probe = server.connect();
          RawClient other = server.connect()) {
        assertThat(probe.send(Requests.get("/health")).readResponse().status()).isEqualTo(200);
        other.send(Requests.get("/"));
        released = true;
        assertThat(other.readResponse().text()).isEqualTo("burnt");
      } finally {
        released = true;
        for (RawClient client : clients) {
          assertThat(client.readResponse().text()).isEqualTo("burnt");
          client.close();
        }
      }
    }
  }
}
