package dev.pounce.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.testkit.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The lifeline does handshakes, too. */
@OverTls
@Timeout(60)
class LifelineOverTlsTest {

  @Test
  void health_everyCarrierBurns_isAnswered() throws Exception {
    Burn burn = new Burn();
    try (Running server = Running.serve(burn.application(), s -> s.healthCheckPath("/health"));
        Burn _ = burn.begin(server);
        RawClient probe = server.connect();
        RawClient other = server.connect()) {
      assertThat(probe.send(Requests.get("/health")).readResponse().status()).isEqualTo(200);
      other.send(Requests.get("/"));
      burn.end();
      assertThat(other.readResponse().text()).isEqualTo("/");
    }
  }
}
