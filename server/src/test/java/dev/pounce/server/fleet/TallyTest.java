package dev.pounce.server.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.RequestStarted;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A worker process tells once that it has served its requests. */
class TallyTest {

  private static final ConnectionOpened CONNECTION =
      new ConnectionOpened(1, 1, "127.0.0.1", 50_000, "0.0.0.0", 8000, Protocol.H1, Instant.EPOCH);

  private final AtomicInteger told = new AtomicInteger();
  private final Tally tally = new Tally(3, told::incrementAndGet);

  private void request(int number) {
    RequestId id = RequestId.of(1, number);
    tally.record(
        new RequestStarted(CONNECTION, id, "GET", "/", "1.1", Protocol.H1, null, Instant.EPOCH));
  }

  @Test
  void requests_beforeTheLast_sayNothing() {
    tally.record(CONNECTION);
    request(1);
    request(2);
    assertThat(told).hasValue(0);
  }

  @Test
  void requests_fromTheLastOn_areToldOnce() {
    for (int number = 1; number <= 6; number++) {
      request(number);
    }
    assertThat(told).hasValue(1);
  }
}
