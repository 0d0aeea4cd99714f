package dev.pounce.server.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Address;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.log.AccessLog;
import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogLevel;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.config.ServerConfig;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {

  private static final int MILLION = 1_000_000;

  @Test
  void of_isAUuidOfVersion4AsHexadecimalDigits() {
    for (int n = 0; n < 1_000; n++) {
      assertThat(RequestId.of(n % 7, n).toString())
          .matches("[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}");
    }
  }

  @Test
  void of_aMillionRequests_areAMillionIds() {
    long[] ids = new long[MILLION];
    byte[] hex = new byte[32];
    for (int i = 0; i < MILLION; i++) {
      RequestId.of(i / 1_000, i % 1_000).write(hex, 0);
      String id = new String(hex, ISO_8859_1);
      ids[i] =
          Long.parseUnsignedLong(id, 0, 16, 16)
              ^ Long.rotateLeft(Long.parseUnsignedLong(id, 16, 32, 16), 29);
    }
    assertThat(Arrays.stream(ids).distinct().count()).isEqualTo(MILLION);
  }

  @Test
  void of_neighbours_haveLittleInCommon() {
    int differing = 0;
    for (int n = 0; n < 1_000; n++) {
      String one = RequestId.of(1, n).toString();
      String next = RequestId.of(1, n + 1).toString();
      String beside = RequestId.of(2, n).toString();
      differing += differing(one, next) + differing(one, beside);
    }

    // 30 digits of 32 are random, and 15 of 16 pairs of random digits differ
    assertThat(differing / 2_000.0).isBetween(27.0, 29.5);
  }

  private static int differing(String a, String b) {
    int count = 0;
    for (int i = 0; i < a.length(); i++) {
      count += a.charAt(i) == b.charAt(i) ? 0 : 1;
    }
    return count;
  }

  @Test
  void write_writesTheTextAtTheOffset() {
    RequestId id = RequestId.of(3, 4);
    byte[] target = new byte[40];

    assertThat(id.write(target, 5)).isEqualTo(37);
    assertThat(new String(target, 5, 32, ISO_8859_1)).isEqualTo(id.toString());
    assertThat(target[4]).isZero();
    assertThat(target[37]).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "0",
        "6f2b7c1e9d3a4f58b0c1d2e3f4a5b6c7",
        "6f2b7c1e-9d3a-4f58-b0c1-d2e3f4a5b6c7",
        "A.b_C~d-e",
        "Root=1-67891233-abcdef012345678912345678",
        "req/1:2+3@host=="
      })
  void adopt_saneToken_keepsIt(String sent) {
    RequestId id = RequestId.adopt(sent);
    byte[] target = new byte[130];

    assertThat(id).isNotNull().hasToString(sent);
    assertThat(new String(target, 0, id.write(target, 0), ISO_8859_1)).isEqualTo(sent);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        "a\tb",
        "a\rb",
        "a\nb",
        "a\0b",
        "a\"b",
        "a\\b",
        "a<b",
        "a>b",
        "a{b",
        "a;b",
        "a,b",
        "a'b",
        "a%b",
        "a\u007f",
        "a\u001b[0m",
        "\u00e9",
        "\u0430"
      })
  void adopt_anythingElse_isNotBelieved(String sent) {
    assertThat(RequestId.adopt(sent)).isNull();
  }

  @Test
  void adopt_of128Characters_isTheLongest() {
    assertThat(RequestId.adopt("i".repeat(128))).isNotNull();
    assertThat(RequestId.adopt("i".repeat(129))).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "true, sent-1, true",
    "false, sent-1, false",
    "true, not sane, false",
    "true, , false"
  })
  void requestId_isAdoptedOnlyFromATrustedPeerAndOnlyIfSane(
      boolean trusted, String sent, boolean adopted) {
    try (LogWriter log = LogWriter.to(OutputStream.nullOutputStream(), LogFormat.TEXT)) {
      Service service =
          Service.of(
              ServerConfig.defaults(),
              new AtomicReference<>(),
              new Observation(new AccessLog(log, LogFormat.TEXT, LogLevel.INFO)),
              null,
              new Serving(),
              null);
      Peer peer = new Peer(new Address("::1", 1), null, "[::1]:1", trusted, null);
      String id = service.requestId(peer, sent, 1, 1).toString();

      assertThat(id.equals(sent)).isEqualTo(adopted);
      assertThat(adopted || id.matches("[0-9a-f]{32}")).isTrue();
    }
  }

  private record Serving() implements Standing {
    @Override
    public int workerId() {
      return 1;
    }

    @Override
    public int activeConnections() {
      return 0;
    }

    @Override
    public boolean draining() {
      return false;
    }

    @Override
    public boolean closing() {
      return false;
    }
  }
}
