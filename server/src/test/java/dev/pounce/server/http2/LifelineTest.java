package dev.pounce.server.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pounce.server.Await;
import dev.pounce.server.Burn;
import dev.pounce.server.Running;
import dev.pounce.server.ServerLog;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Health checks over HTTP/2 while handlers compute on every carrier. */
@Timeout(60)
class LifelineTest {

  /** More than are answered to somebody who may not read, fewer than there may be at a time. */
  private static final int MANY = 130;

  private final Burn burn = new Burn();
  private Running server;

  @BeforeEach
  void begin() throws Exception {
    server = Running.serve(burn.application(), s -> s.healthCheckPath("/health"));
    burn.begin(server);
  }

  @AfterEach
  void end() throws Exception {
    burn.close();
    server.close();
  }

  private static Answer health(Client client) throws Exception {
    return client.whole(client.get("/health"));
  }

  @Test
  void health_everyCarrierBurns_isAnsweredAgainAndAgain() throws Exception {
    for (int connection = 0; connection < 3; connection++) {
      try (Client client = Client.open(server)) {
        for (int request = 0; request < 3; request++) {
          Answer health = health(client.sync());
          assertThat(health.status()).isEqualTo(200);
          assertThat(health.text()).contains("\"status\":\"ok\"");
        }
      }
    }
  }

  @Test
  void connection_thatIsLookedAtDuringTheBurn_goesOnAfterwards() throws Exception {
    try (Client asked = Client.open(server);
        Client silent = Client.open(server)) {
      assertThat(health(asked).status()).isEqualTo(200);
      silent.sync();
      burn.end();
      for (int request = 0; request < 3; request++) {
        assertThat(asked.whole(asked.get("/asked")).text()).isEqualTo("/asked");
        assertThat(silent.whole(silent.get("/silent")).text()).isEqualTo("/silent");
        assertThat(health(asked).status()).isEqualTo(200);
      }
    }
  }

  @Test
  void request_ofTheApplication_waitsForTheEndOfTheBurn() throws Exception {
    try (Client client = Client.open(server)) {
      assertThat(health(client).status()).isEqualTo(200);
      int first = client.get("/first");
      int second = client.get("/second");
      client.wire().socket().setSoTimeout(200);
      assertThatThrownBy(() -> client.answer(first)).isInstanceOf(SocketTimeoutException.class);
      client.wire().socket().setSoTimeout(10_000);
      burn.end();
      assertThat(client.whole(first).text()).isEqualTo("/first");
      assertThat(client.whole(second).text()).isEqualTo("/second");
    }
  }

  @Test
  void health_thatComesInParts_isAnswered() throws Exception {
    try (Client client = Client.silent(server);
        Client other = Client.open(server)) {
      byte[] preface = Frame.PREFACE.getBytes(ISO_8859_1);
      byte[] head =
          Client.octets(
              Frame.HEADERS,
              Frame.END_STREAM | Frame.END_HEADERS,
              client.take(),
              Fields.of("GET", "/health").octets());
      client.raw(Arrays.copyOf(preface, 5));
      health(other);
      client.raw(Arrays.copyOfRange(preface, 5, preface.length)).settings();
      health(other);
      client.raw(Arrays.copyOf(head, 12));
      health(other);
      client.raw(Arrays.copyOfRange(head, 12, head.length));
      assertThat(client.whole(1).status()).isEqualTo(200);
    }
  }

  @Test
  void answers_thatNobodyReads_waitForTheEndOfTheBurn() throws Exception {
    try (Client client = Client.open(server);
        Client other = Client.open(server)) {
      List<Integer> asked = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        asked.add(client.get("/health"));
      }
      assertThat(health(other).status()).isEqualTo(200);
      assertThat(client.whole(asked.getFirst()).status()).isEqualTo(200);
      client.wire().socket().setSoTimeout(200);
      assertThatThrownBy(() -> client.answer(asked.getLast()))
          .isInstanceOf(SocketTimeoutException.class);
      client.wire().socket().setSoTimeout(10_000);
      burn.end();
      for (int stream : asked) {
        assertThat(client.whole(stream).status()).isEqualTo(200);
      }
    }
  }

  @Test
  void frameThatIsNotAllowed_endsTheConnection() throws Exception {
    try (Client client = Client.open(server)) {
      client.frame(Frame.DATA, 0, 0, new byte[1]);
      assertThat(client.awaitEnd().code()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
    }
  }

  @Test
  void frameThatIsTooLarge_endsTheConnectionBeforeAllOfItHasCome() throws Exception {
    try (Client client = Client.open(server)) {
      byte[] large = Client.octets(Frame.DATA, 0, 1, new byte[Frame.PAYLOAD_LIMIT + 1]);
      client.raw(Arrays.copyOf(large, Frame.HEAD + 1));
      assertThat(client.awaitEnd().code()).isEqualTo(ErrorCode.FRAME_SIZE_ERROR);
    }
  }

  @Test
  void health_drainBeginsDuringTheBurn_saysDraining() throws Exception {
    try (ServerLog log = ServerLog.open()) {
      Thread closing = server.closing();
      log.await("Shutting down 1 worker(s)...");
      try (Client client = Client.open(server)) {
        Answer health = health(client);
        assertThat(health.status()).isEqualTo(503);
        assertThat(health.text()).contains("\"status\":\"draining\"");
      }
      burn.end();
      closing.join();
    }
  }

  @Test
  void connections_openedDuringTheBurn_leaveNothingBehind() throws Exception {
    for (int i = 0; i < 10; i++) {
      Client.silent(server).close();
      Client.open(server).close();
      Client asked = Client.open(server);
      asked.get("/health");
      asked.close();
      Client left = Client.open(server);
      left.get("/left");
      left.close();
    }
    burn.close();
    Await.noConnections(server);
  }
}
