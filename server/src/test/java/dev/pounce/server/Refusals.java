package dev.pounce.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;

/** What every refusal has in common. */
final class Refusals {

  private Refusals() {}

  /**
   * Refused with this status, by the last answer on the connection, with a line in the access log.
   */
  static RawResponse assertNext(Running server, RawClient client, int status, String logged)
      throws Exception {
    RawResponse refusal = client.readResponse();
    String id = refusal.header("X-Request-ID").orElseThrow().substring(0, 12);

    assertThat(refusal.status()).isEqualTo(status);
    assertThat(refusal.header("Connection")).contains("close");
    assertThat(client.isClosedByServer()).isTrue();
    assertThat(server.awaitLogged(line -> line.endsWith("[" + id + "]")))
        .contains(logged)
        .contains("\" " + status + " " + refusal.body().length + " ");
    return refusal;
  }
}
