package dev.pounce.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.time.Duration;

/** Makes sure that a server says nothing for a while, and does not close. */
final class Quiet {

  private Quiet() {}

  static void assertFor(Duration time, RawClient client) throws IOException {
    int timeout = client.socket().getSoTimeout();
    client.socket().setSoTimeout(Math.toIntExact(time.toMillis()));
    assertThat(client.isClosedByServer()).as("closed by the server").isFalse();
    client.socket().setSoTimeout(timeout);
  }
}
