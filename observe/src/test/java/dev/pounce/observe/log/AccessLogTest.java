package dev.pounce.observe.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.RequestId;
import dev.pounce.testkit.Allocation;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessLogTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-02-09T12:00:00.999Z"));
  private final InstantSource clock = now::get;

  @Test
  void line_text_isTheLineOfTheContract() {
    assertThat(line(LogFormat.TEXT, Exchange.USUAL))
        .isEqualTo("127.0.0.1:5000 - \"GET / HTTP/1.1\" 200 1234 5.2ms [a1b2c3d4e5f6]\n");
  }

  @Test
  void line_json_isTheObjectOfTheContractOnOneLine() {
    assertThat(line(LogFormat.JSON, Exchange.USUAL))
        .isEqualTo(
            """
            {"timestamp":"2026-02-09T12:00:00+00:00","level":"INFO","logger":"pounce.access",\
            "method":"GET","path":"/","http_version":"1.1","status":200,"bytes_sent":1234,\
            "duration_ms":5.2,"client":"127.0.0.1:5000",\
            "request_id":"a1b2c3d4e5f67890abcdef1234567890"}
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "499, 0.0",
    "500, 0.001",
    "43000, 0.043",
    "100000, 0.1",
    "120000, 0.12",
    "5200000, 5.2",
    "5199999, 5.2",
    "999999500, 1000.0",
    "3500000000, 3500.0",
    "3502500000, 3502.5",
    "-1, 0.0"
  })
  void duration_json_hasOneToThreeDecimals(long nanos, String milliseconds) {
    assertThat(object(Exchange.USUAL.lasting(nanos))).containsEntry("duration_ms", milliseconds);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0ms",
    "49999, 0.0ms",
    "50000, 0.1ms",
    "5249999, 5.2ms",
    "5250000, 5.3ms",
    "3500000000, 3500.0ms"
  })
  void duration_text_hasOneDecimal(long nanos, String milliseconds) {
    assertThat(line(LogFormat.TEXT, Exchange.USUAL.lasting(nanos)))
        .contains(" 1234 " + milliseconds + " [");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 9, 10, 99, 100, 2147483648L, 999_999_999_999L, Long.MAX_VALUE})
  void bytesSent_anySize_isWrittenInFull(long bytes) {
    assertThat(object(Exchange.USUAL.sending(bytes)))
        .containsEntry("bytes_sent", Long.toString(bytes));
    assertThat(line(LogFormat.TEXT, Exchange.USUAL.sending(bytes))).contains(" 200 " + bytes + " ");
  }

  @Test
  void requestId_shorterThanTwelve_isShownWhole() {
    assertThat(line(LogFormat.TEXT, Exchange.USUAL.withId("abc"))).endsWith("ms [abc]\n");
  }

  @Test
  void requestId_longestThatIsAdopted_isWhole() {
    String id = "i".repeat(RequestId.LONGEST);

    assertThat(object(Exchange.USUAL.withId(id))).containsEntry("request_id", id);
  }

  @ParameterizedTest
  @CsvSource({"0, INFO", "200, INFO", "499, INFO", "500, WARNING", "504, WARNING"})
  void level_followsTheStatus(int status, String level) {
    assertThat(object(Exchange.USUAL.withStatus(status)))
        .containsEntry("level", level)
        .containsEntry("status", Integer.toString(status));
  }

  @ParameterizedTest
  @CsvSource({
    "DEBUG, 200, true",
    "INFO, 200, true",
    "WARNING, 200, false",
    "WARNING, 499, false",
    "WARNING, 500, true",
    "ERROR, 200, false",
    "ERROR, 503, false"
  })
  void threshold_aboveTheLevel_leavesTheLineOut(LogLevel threshold, int status, boolean written) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LogWriter writer = LogWriter.to(out, LogFormat.TEXT)) {
      AccessLog log = new AccessLog(writer, LogFormat.TEXT, threshold);

      assertThat(log.enabled(status)).isEqualTo(written);
      log.record(Exchange.USUAL.withStatus(status), new byte[0]);
    }
    assertThat(out.size() > 0).isEqualTo(written);
  }

  @Test
  void timestamp_secondGoesBy_follows() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    now.set(Instant.parse("2026-12-31T23:59:59.000Z"));
    try (LogWriter writer = LogWriter.to(out, LogFormat.JSON)) {
      AccessLog log = new AccessLog(writer, LogFormat.JSON, LogLevel.INFO, clock);
      long start = System.nanoTime();
      at(log, "2026-12-31T23:59:59.000Z", start);
      at(log, "2026-12-31T23:59:59.999Z", start + 999_000_000);
      at(log, "2027-01-01T00:00:00.000Z", start + 1_000_000_000);
      at(log, "2027-01-01T00:00:00.001Z", start + 999_999_999); // and comes a little late
      at(log, "2026-12-31T23:59:59.998Z", start + 2_000_000_000); // the clock was set back
    }
    assertThat(out.toString(UTF_8).lines().map(line -> Json.parse(line).get("timestamp")))
        .containsExactly(
            "2026-12-31T23:59:59+00:00",
            "2026-12-31T23:59:59+00:00",
            "2027-01-01T00:00:00+00:00",
            "2027-01-01T00:00:00+00:00",
            "2026-12-31T23:59:59+00:00");
  }

  private void at(AccessLog log, String instant, long nanos) {
    now.set(Instant.parse(instant));
    log.record(Exchange.USUAL.endingAt(nanos), new byte[0]);
  }

  @Test
  void path_thatWouldForgeALine_staysInItsQuotes() {
    String path = "/\" 200 0 0.0ms [x]\r\n10.0.0.1:1 - \"GET /\\ \u001b[2J\u009b1m\u202e\ud800";

    assertThat(line(LogFormat.TEXT, Exchange.USUAL.ofPath(path)))
        .isEqualTo(
            "127.0.0.1:5000 - \"GET /\\x22 200 0 0.0ms [x]\\x0d\\x0a10.0.0.1:1 - \\x22GET /\\x5c"
                + " \\x1b[2J\\x9b1m\\u202e\\ud800 HTTP/1.1\" 200 1234 5.2ms [a1b2c3d4e5f6]\n");
  }

  @Test
  void path_json_isEscapedAsRfc8259Wants() {
    String path = "/\"\\\r\n\t\0\u001b\u007f\u0085\u2028\u202e\ud800";

    assertThat(line(LogFormat.JSON, Exchange.USUAL.ofPath(path)))
        .contains(
            "\"path\":\"/\\\"\\\\\\r\\n\\t\\u0000\\u001b\\u007f\\u0085\\u2028\\u202e\\ud800\",");
  }

  @ParameterizedTest
  @EnumSource(LogFormat.class)
  void path_beyondAscii_isUtf8(LogFormat format) {
    assertThat(line(format, Exchange.USUAL.ofPath("/é/ß/日本/😀"))).contains("/é/ß/日本/😀");
  }

  @Test
  void line_json_anyText_readsBackAsItWas() {
    Random random = new Random(20260209);
    List<Exchange> exchanges = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      exchanges.add(
          Exchange.USUAL
              .ofPath(Noise.text(random))
              .by(Noise.text(random), Noise.text(random))
              .sending(i));
    }

    List<String> lines = lines(LogFormat.JSON, exchanges);

    assertThat(lines).hasSameSizeAs(exchanges);
    for (int i = 0; i < lines.size(); i++) {
      assertThat(Json.parse(lines.get(i)))
          .containsEntry("path", exchanges.get(i).path())
          .containsEntry("method", exchanges.get(i).method())
          .containsEntry("client", exchanges.get(i).client());
    }
  }

  @Test
  void line_text_anyText_staysOneHarmlessLine() {
    Random random = new Random(20260210);
    List<Exchange> exchanges = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      exchanges.add(
          Exchange.USUAL.ofPath(Noise.text(random)).by(Noise.text(random), Noise.text(random)));
    }

    List<String> lines = lines(LogFormat.TEXT, exchanges);

    assertThat(lines)
        .hasSameSizeAs(exchanges)
        .allSatisfy(line ->
            assertThat(line)
                .matches("[^\"]* - \"[^\"]* HTTP/1.1\" 200 1234 5.2ms \\[a1b2c3d4e5f6]")
                .doesNotMatch("(?s).*[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}].*")
                .doesNotContainPattern("\\\\(?!x[0-9a-f]{2}|u[0-9a-f]{4})"));
  }

  @Test
  void scratch_tooSmall_isReplacedByOneThatServesTheNextLine() {
    try (LogWriter writer = LogWriter.to(OutputStream.nullOutputStream(), LogFormat.JSON)) {
      AccessLog log = new AccessLog(writer, LogFormat.JSON, LogLevel.INFO);
      Exchange exchange = Exchange.USUAL.ofPath("/" + "x".repeat(3_000));

      byte[] grown = log.record(exchange, new byte[16]);

      assertThat(grown).hasSizeGreaterThan(3_000);
      assertThat(log.record(exchange, grown)).isSameAs(grown);
    }
  }

  @ParameterizedTest
  @CsvSource({"JSON, 1.1", "JSON, 2", "TEXT, 1.1", "TEXT, 2"})
  void record_steadyState_makesNoGarbage(LogFormat format, String httpVersion) {
    AccessEntry entry = new Steady(httpVersion);
    try (LogWriter writer = LogWriter.to(OutputStream.nullOutputStream(), format)) {
      AccessLog log = new AccessLog(writer, format, LogLevel.INFO, clock);
      byte[] scratch = log.record(entry, new byte[1024]);

      assertThat(Allocation.of(() -> lines(10_000, log, entry, scratch)))
          .as("bytes for 10,000 lines")
          .isLessThan(10_000);
    }
  }

  private static void lines(int count, AccessLog log, AccessEntry entry, byte[] scratch) {
    byte[] next = scratch;
    for (int i = 0; i < count; i++) {
      next = log.record(entry, next);
    }
  }

  /** Unlike {@link Exchange}, makes no garbage of its own. */
  private static final class Steady implements AccessEntry {
    private final RequestId id = RequestId.of(1, 1);
    private final String httpVersion;

    Steady(String httpVersion) {
      this.httpVersion = httpVersion;
    }

    @Override
    public String method() {
      return "GET";
    }

    @Override
    public String path() {
      return "/a/path?with=query";
    }

    @Override
    public String httpVersion() {
      return httpVersion;
    }

    @Override
    public int status() {
      return 200;
    }

    @Override
    public long bytesSent() {
      return 65_536;
    }

    @Override
    public long durationNanos() {
      return 1_234_567;
    }

    @Override
    public long endNanos() {
      return 0;
    }

    @Override
    public String client() {
      return "[2001:db8::1]:65535";
    }

    @Override
    public RequestId requestId() {
      return id;
    }
  }

  private String line(LogFormat format, Exchange exchange) {
    return write(format, List.of(exchange));
  }

  private Map<String, String> object(Exchange exchange) {
    return Json.parse(line(LogFormat.JSON, exchange).stripTrailing());
  }

  /** Splits at line feeds alone: other breaks must not be there at all. */
  private List<String> lines(LogFormat format, List<Exchange> exchanges) {
    return List.of(write(format, exchanges).split("\n"));
  }

  private String write(LogFormat format, List<Exchange> exchanges) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LogWriter writer = LogWriter.to(out, format)) {
      AccessLog log = new AccessLog(writer, format, LogLevel.INFO, clock);
      byte[] scratch = new byte[0];
      for (Exchange exchange : exchanges) {
        scratch = log.record(exchange, scratch);
      }
    }
    return out.toString(UTF_8);
  }
}
