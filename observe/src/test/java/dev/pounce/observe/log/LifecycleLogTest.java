package dev.pounce.observe.log;

import static dev.pounce.observe.log.Story.completed;
import static dev.pounce.observe.log.Story.disconnected;
import static dev.pounce.observe.log.Story.failed;
import static dev.pounce.observe.log.Story.rejected;
import static dev.pounce.observe.log.Story.started;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.management.ThreadMXBean;
import dev.pounce.observe.ConnectionEvent;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.DrainStarted;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestStarted;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LifecycleLogTest {

  @Test
  void connectionOpened_json_hasTheFieldsOfTheContract() {
    assertThat(json(Story.OPENED))
        .isEqualTo(
            """
            {"event":"ConnectionOpened","connection_id":42,"worker_id":1,\
            "client_addr":"192.168.1.100","client_port":54321,"server_addr":"0.0.0.0",\
            "server_port":8000,"protocol":"h1","timestamp":"2026-02-12T10:15:30.123456Z"}
            """);
  }

  @Test
  void requestStarted_json_hasTheFieldsOfTheContract() {
    assertThat(json(Story.STARTED))
        .isEqualTo(
            """
            {"event":"RequestStarted","connection_id":42,"worker_id":1,\
            "request_id":"a1b2c3d4e5f67890abcdef1234567890","method":"POST",\
            "path":"/api/orders","http_version":"1.1","protocol":"h1","timestamp":"2026-02-12T10:15:30.125000Z"}
            """);
  }

  @Test
  void responseCompleted_json_hasTheFieldsOfTheContract() {
    assertThat(json(Story.COMPLETED))
        .isEqualTo(
            """
            {"event":"ResponseCompleted","connection_id":42,"worker_id":1,\
            "request_id":"a1b2c3d4e5f67890abcdef1234567890","status":200,"bytes_sent":10240,\
            "duration_ms":150.0,"timestamp":"2026-02-12T10:15:33.625000Z"}
            """);
  }

  @Test
  void responseCompleted_slow_saysWhatWasSlow() {
    assertThat(json(completed(Story.STARTED, Duration.ofMillis(3500))))
        .isEqualTo(
            """
            {"event":"ResponseCompleted","connection_id":42,"worker_id":1,\
            "request_id":"a1b2c3d4e5f67890abcdef1234567890","status":200,"bytes_sent":10240,\
            "duration_ms":3500.0,"slow":true,"method":"POST","path":"/api/orders",\
            "timestamp":"2026-02-12T10:15:33.625000Z"}
            """);
  }

  @Test
  void requestFailed_json_saysWhatFailedAndWhy() {
    assertThat(json(failed(Story.STARTED, new IllegalStateException("out of stock"))))
        .isEqualTo(
            """
            {"event":"RequestFailed","connection_id":42,"worker_id":1,\
            "request_id":"a1b2c3d4e5f67890abcdef1234567890","method":"POST",\
            "path":"/api/orders","status":500,"bytes_sent":22,"duration_ms":1.235,\
            "error":"java.lang.IllegalStateException: out of stock",\
            "timestamp":"2026-02-12T10:15:31.000000Z"}
            """);
  }

  @Test
  void requestRejected_json_saysWhoWasRefusedAndWhy() {
    assertThat(json(rejected("-", "-")))
        .isEqualTo(
            """
            {"event":"RequestRejected","connection_id":42,"worker_id":1,\
            "client_addr":"192.168.1.100","request_id":"a1b2c3d4e5f67890abcdef1234567890",\
            "method":"-","path":"-","reason":"too_large","status":431,"bytes_sent":26,\
            "duration_ms":0.043,"timestamp":"2026-02-12T10:15:30.200000Z"}
            """);
  }

  @Test
  void clientDisconnected_json_saysWhoLeft() {
    assertThat(json(disconnected(Story.STARTED)))
        .isEqualTo(
            """
            {"event":"ClientDisconnected","connection_id":42,"worker_id":1,\
            "client_addr":"192.168.1.100","request_id":"a1b2c3d4e5f67890abcdef1234567890",\
            "during_streaming":true,"bytes_sent":4096,"duration_ms":1375.0,\
            "timestamp":"2026-02-12T10:15:31.500000Z"}
            """);
  }

  @Test
  void clientDisconnected_headNotComplete_hasNoRequestId() {
    assertThat(json(disconnected(null)))
        .isEqualTo(
            """
            {"event":"ClientDisconnected","connection_id":42,"worker_id":1,\
            "client_addr":"192.168.1.100","during_streaming":false,"bytes_sent":4096,\
            "duration_ms":1375.0,"timestamp":"2026-02-12T10:15:31.500000Z"}
            """);
  }

  @Test
  void connectionCompleted_json_hasTheFieldsOfTheContract() {
    assertThat(json(Story.CLOSED))
        .isEqualTo(
            """
            {"event":"ConnectionCompleted","connection_id":42,"worker_id":1,\
            "requests_served":5,"total_bytes_sent":20480,"duration_ms":5000.5,\
            "reason":"timeout","timestamp":"2026-02-12T10:15:35.625500Z"}
            """);
  }

  @Test
  void drain_json_saysWhichWorkerAndHowManyRequests() {
    assertThat(json(Story.DRAINING))
        .isEqualTo(
            """
            {"event":"DrainStarted","worker_id":3,"active_requests":7,\
            "timestamp":"2026-02-12T10:16:00.000001Z"}
            """);
    assertThat(json(Story.DRAINED))
        .isEqualTo(
            """
            {"event":"DrainCompleted","worker_id":3,"requests_cut":2,"duration_ms":30012.0,\
            "timestamp":"2026-02-12T10:16:30.012001Z"}
            """);
  }

  @Test
  void workerReplaced_json_saysWhichAndWhy() {
    assertThat(json(Story.REPLACED))
        .isEqualTo(
            """
            {"event":"WorkerReplaced","worker_id":3,"cause":"signal 9",\
            "timestamp":"2026-02-12T10:17:00.000000Z"}
            """);
  }

  @Test
  void reloadCompleted_json_saysWhatServesAndWhatWentWrong() {
    assertThat(json(Story.RELOADED))
        .isEqualTo(
            """
            {"event":"ReloadCompleted","worker_id":0,"generation":2,"duration_ms":1200.0,\
            "timestamp":"2026-02-12T10:18:00.000000Z"}
            """);
    assertThat(json(Story.NOT_RELOADED))
        .isEqualTo(
            """
            {"event":"ReloadCompleted","worker_id":0,"generation":2,"duration_ms":300.0,\
            "failure":"no such class: Shop","timestamp":"2026-02-12T10:19:00.000000Z"}
            """);
  }

  @Test
  void trace_ofTheRequest_standsBeforeTheTimestamp() {
    String trace =
        "\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\",\"span_id\":\"00f067aa0ba902b7\","
            + "\"timestamp\":";

    assertThat(json(Story.TRACED)).contains("\"protocol\":\"h1\"," + trace);
    assertThat(json(completed(Story.TRACED, Duration.ofSeconds(3))))
        .contains("\"path\":\"/\"," + trace);
    assertThat(json(failed(Story.TRACED, new Exception())))
        .contains("\"error\":\"java.lang.Exception\"," + trace);
    assertThat(json(disconnected(Story.TRACED))).contains("\"duration_ms\":1375.0," + trace);
  }

  static Stream<Arguments> textLines() {
    return Stream.of(
        Arguments.of(
            Story.OPENED,
            """
            Connection opened: {'event': 'ConnectionOpened', 'connection_id': 42, \
            'worker_id': 1, 'client_addr': '192.168.1.100', 'client_port': 54321, \
            'server_addr': '0.0.0.0', 'server_port': 8000, 'protocol': 'h1', \
            'timestamp': '2026-02-12T10:15:30.123456Z'}
            """),
        Arguments.of(
            Story.TRACED,
            """
            Request started: {'event': 'RequestStarted', 'connection_id': 42, 'worker_id': 1, \
            'request_id': 'a1b2c3d4e5f67890abcdef1234567890', 'method': 'GET', 'path': '/', \
            'http_version': '1.1', 'protocol': 'h1', 'trace_id': '4bf92f3577b34da6a3ce929d0e0e4736', \
            'span_id': '00f067aa0ba902b7', 'timestamp': '2026-02-12T10:15:30.125000Z'}
            """),
        Arguments.of(
            completed(Story.STARTED, Duration.ofMillis(3500)),
            """
            Response completed: {'event': 'ResponseCompleted', 'connection_id': 42, \
            'worker_id': 1, 'request_id': 'a1b2c3d4e5f67890abcdef1234567890', 'status': 200, \
            'bytes_sent': 10240, 'duration_ms': 3500.0, 'slow': true, 'method': 'POST', \
            'path': '/api/orders', 'timestamp': '2026-02-12T10:15:33.625000Z'}
            """),
        Arguments.of(
            failed(Story.STARTED, new IllegalStateException("out of 'stock'")),
            """
            Request failed: {'event': 'RequestFailed', 'connection_id': 42, 'worker_id': 1, \
            'request_id': 'a1b2c3d4e5f67890abcdef1234567890', 'method': 'POST', \
            'path': '/api/orders', 'status': 500, 'bytes_sent': 22, 'duration_ms': 1.235, \
            'error': 'java.lang.IllegalStateException: out of \\x27stock\\x27', \
            'timestamp': '2026-02-12T10:15:31.000000Z'}
            """),
        Arguments.of(
            rejected("-", "-"),
            """
            Request rejected: {'event': 'RequestRejected', 'connection_id': 42, \
            'worker_id': 1, 'client_addr': '192.168.1.100', \
            'request_id': 'a1b2c3d4e5f67890abcdef1234567890', 'method': '-', 'path': '-', \
            'reason': 'too_large', 'status': 431, 'bytes_sent': 26, 'duration_ms': 0.043, \
            'timestamp': '2026-02-12T10:15:30.200000Z'}
            """),
        Arguments.of(
            disconnected(null),
            """
            Client disconnected: {'event': 'ClientDisconnected', 'connection_id': 42, \
            'worker_id': 1, 'client_addr': '192.168.1.100', 'during_streaming': false, \
            'bytes_sent': 4096, 'duration_ms': 1375.0, \
            'timestamp': '2026-02-12T10:15:31.500000Z'}
            """),
        Arguments.of(
            Story.CLOSED,
            """
            Connection completed: {'event': 'ConnectionCompleted', 'connection_id': 42, \
            'worker_id': 1, 'requests_served': 5, 'total_bytes_sent': 20480, \
            'duration_ms': 5000.5, 'reason': 'timeout', \
            'timestamp': '2026-02-12T10:15:35.625500Z'}
            """),
        Arguments.of(
            Story.DRAINING,
            """
            Drain started: {'event': 'DrainStarted', 'worker_id': 3, 'active_requests': 7, \
            'timestamp': '2026-02-12T10:16:00.000001Z'}
            """),
        Arguments.of(
            Story.DRAINED,
            """
            Drain completed: {'event': 'DrainCompleted', 'worker_id': 3, 'requests_cut': 2, \
            'duration_ms': 30012.0, 'timestamp': '2026-02-12T10:16:30.012001Z'}
            """));
  }

  @ParameterizedTest
  @MethodSource("textLines")
  void line_text_isTheSameFieldsUnderAHeading(LifecycleEvent event, String line) {
    assertThat(line(LogFormat.TEXT, event)).isEqualTo(line);
  }

  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:00Z, 1970-01-01T00:00:00.000000Z",
    "1969-12-31T23:59:59.999999Z, 1969-12-31T23:59:59.999999Z",
    "2024-02-29T23:59:59.000010Z, 2024-02-29T23:59:59.000010Z",
    "2026-02-12T10:15:30.123456789Z, 2026-02-12T10:15:30.123456Z",
    "+12345-06-07T08:09:10Z, +12345-06-07T08:09:10.000000Z",
  })
  void timestamp_anyDay_hasSixDecimals(Instant instant, String written) {
    DrainStarted before = new DrainStarted(1, 0, Instant.parse("2026-02-12T10:15:30Z"));
    DrainStarted event = new DrainStarted(1, 0, instant);

    assertThat(lines(LogFormat.JSON, LogLevel.DEBUG, List.of(before, event, before)))
        .extracting(line -> Json.parse(line).get("timestamp"))
        .containsExactly("2026-02-12T10:15:30.000000Z", written, "2026-02-12T10:15:30.000000Z");
  }

  @ParameterizedTest
  @CsvSource({
    "PT1.999999999S, false",
    "PT2S, false",
    "PT2.000000001S, true",
    "PT2H, true",
  })
  void slow_isWhatTookLongerThanTheThreshold(Duration duration, boolean slow) {
    LifecycleEvent event = completed(Story.STARTED, duration);

    assertThat(object(event).containsKey("slow")).isEqualTo(slow);
    assertThat(lines(LogFormat.JSON, LogLevel.INFO, List.of(event))).hasSize(slow ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({
    "DEBUG, 14",
    "INFO, 8",
    "WARNING, 6",
    "ERROR, 2",
  })
  void threshold_aboveAnEventsLevel_leavesItOut(LogLevel threshold, int shown) {
    assertThat(lines(LogFormat.JSON, threshold, Story.WHOLE)).hasSize(shown);
  }

  @Test
  void threshold_info_showsWhatIsSlowRefusedLeftFailedReplacedOrReloaded() {
    assertThat(lines(LogFormat.JSON, LogLevel.INFO, Story.WHOLE))
        .extracting(line -> Json.parse(line).get("event"))
        .containsExactly(
            "ResponseCompleted",
            "RequestFailed",
            "RequestRejected",
            "ClientDisconnected",
            "ClientDisconnected",
            "WorkerReplaced",
            "ReloadCompleted",
            "ReloadCompleted");
  }

  @Test
  void threshold_error_showsFailuresAlone() {
    assertThat(lines(LogFormat.TEXT, LogLevel.ERROR, Story.WHOLE))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("Request failed: "),
            line -> assertThat(line).startsWith("Reload completed: ").contains("'failure': "));
  }

  @Test
  void path_thatWouldForgeAField_staysInItsQuotes() {
    RequestStarted hostile =
        started(
            "GET", "/', 'http_version': '9', \\'x\\' \"\r\n\u001b[2J\u009b1m\u202e\ud800", null);

    assertThat(line(LogFormat.TEXT, hostile))
        .contains(
            "'path': '/\\x27, \\x27http_version\\x27: \\x279\\x27, \\x5c\\x27x\\x5c\\x27 \""
                + "\\x0d\\x0a\\x1b[2J\\x9b1m\\u202e\\ud800', 'http_version': '1.1'");
    assertThat(json(hostile))
        .contains(
            "\"path\":\"/', 'http_version': '9', \\\\'x\\\\' \\\"\\r\\n\\u001b[2J\\u009b1m"
                + "\\u202e\\ud800\",\"http_version\":\"1.1\"");
  }

  @Test
  void line_json_anyText_readsBackAsItWas() {
    Random random = new Random(20260212);
    List<RequestStarted> requests =
        Stream.generate(() -> started(Noise.text(random), Noise.text(random), null))
            .limit(5_000)
            .toList();

    List<String> lines = lines(LogFormat.JSON, LogLevel.DEBUG, requests);

    assertThat(lines).hasSameSizeAs(requests);
    for (int i = 0; i < lines.size(); i++) {
      assertThat(Json.parse(lines.get(i)))
          .containsEntry("method", requests.get(i).method())
          .containsEntry("path", requests.get(i).path());
    }
  }

  @Test
  void line_text_anyText_staysOneHarmlessLine() {
    Random random = new Random(20260213);
    List<RequestStarted> requests =
        Stream.generate(() -> started(Noise.text(random), Noise.text(random), null))
            .limit(5_000)
            .toList();

    assertThat(lines(LogFormat.TEXT, LogLevel.DEBUG, requests))
        .hasSameSizeAs(requests)
        .allSatisfy(line ->
            assertThat(line)
                .matches(
                    "Request started: \\{('[a-z_]+': ('[^']*'|[0-9]+), ){8}'timestamp': '[^']*'}")
                .doesNotMatch("(?s).*[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}].*")
                .doesNotContainPattern("\\\\(?!x[0-9a-f]{2}|u[0-9a-f]{4})"));
  }

  @ParameterizedTest
  @EnumSource(LogFormat.class)
  void path_tooLong_isCutAndItsLineIsWritten(LogFormat format) {
    RequestStarted longest = started("GET", "/" + "é".repeat(8191), null);
    RequestStarted longer = started("GET", "/" + "é".repeat(8192), null);

    assertThat(line(format, longest)).contains(longest.path()).doesNotContain("…");
    assertThat(line(format, longer))
        .contains(longest.path() + "…")
        .doesNotContain("é".repeat(8192));
  }

  @ParameterizedTest
  @EnumSource(LogFormat.class)
  void texts_allOfThemTooLongAndHostile_areWrittenAllTheSame(LogFormat format) {
    String hostile = "\u202e".repeat(100_000);
    LifecycleEvent event = failed(started(hostile, hostile, null), new Exception(hostile));

    List<String> lines = lines(format, LogLevel.DEBUG, List.of(event, Story.STARTED));

    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst())
        .contains("java.lang.Exception: \\u202e")
        .contains("2026-02-12T10:15:31.000000Z");
  }

  @Test
  void error_thatThrowsWhenAsked_isNamedByItsType() {
    class Unspeakable extends RuntimeException {
      private static final long serialVersionUID = 1L;

      @Override
      public String getMessage() {
        throw new IllegalStateException("no message");
      }
    }

    assertThat(object(failed(Story.STARTED, new Unspeakable())))
        .containsEntry("error", Unspeakable.class.getName());
  }

  @ParameterizedTest
  @EnumSource(LogFormat.class)
  void record_steadyState_makesNoGarbage(LogFormat format) {
    // An exception makes its text anew each time.
    LifecycleEvent[] all =
        Story.WHOLE.stream()
            .filter(event -> !(event instanceof RequestFailed))
            .toArray(LifecycleEvent[]::new);
    try (LogWriter writer = LogWriter.to(OutputStream.nullOutputStream(), format)) {
      LifecycleLog log = new LifecycleLog(writer, format, LogLevel.DEBUG, Story.SLOW);
      rounds(log, all, 100);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();
      rounds(log, all, 1_000);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;

      assertThat(allocated).as("bytes for 10,000 lines").isLessThan(10_000);
    }
  }

  @Test
  void record_belowTheThreshold_makesNoGarbage() {
    LifecycleEvent[] all = Story.WHOLE.toArray(LifecycleEvent[]::new);
    try (LogWriter writer = LogWriter.to(OutputStream.nullOutputStream(), LogFormat.JSON)) {
      LifecycleLog log = new LifecycleLog(writer, LogFormat.JSON, LogLevel.ERROR, Story.SLOW);
      LifecycleEvent[] quiet = {Story.OPENED, Story.STARTED, Story.COMPLETED, Story.CLOSED};
      rounds(log, all, 1);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();
      rounds(log, quiet, 2_500);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;

      assertThat(allocated).as("bytes for 10,000 events").isLessThan(10_000);
    }
  }

  private static void rounds(LifecycleLog log, LifecycleEvent[] events, int times) {
    for (int round = 0; round < times; round++) {
      for (LifecycleEvent event : events) {
        log.record(event);
      }
    }
  }

  @Test
  void record_manyThreads_noLineIsMixedOrLost() throws InterruptedException {
    int connections = 8;
    int requests = 500;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LogWriter writer = LogWriter.to(out, LogFormat.JSON)) {
      LifecycleLog log = new LifecycleLog(writer, LogFormat.JSON, LogLevel.DEBUG, Story.SLOW);
      CountDownLatch go = new CountDownLatch(1);
      List<Thread> threads = new ArrayList<>();
      for (int id = 1; id <= connections; id++) {
        ConnectionOpened connection = opened(id);
        threads.add(
            Thread.startVirtualThread(() -> {
              await(go);
              for (int n = 0; n < requests; n++) {
                log.record(onConnection(connection, n));
              }
            }));
      }
      go.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(writer.dropped()).isZero();
    }
    Map<String, List<String>> paths =
        out.toString(UTF_8)
            .lines()
            .map(Json::parse)
            .collect(
                groupingBy(
                    line -> line.get("connection_id"),
                    mapping(line -> line.get("path"), toList())));
    assertThat(paths).hasSize(connections);
    paths.forEach((id, own) ->
        assertThat(own)
            .isEqualTo(IntStream.range(0, requests).mapToObj(n -> path(id, n)).toList()));
  }

  @Test
  void record_inTheMiddleOfAnother_disturbsNeither() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LogWriter writer = LogWriter.to(out, LogFormat.JSON)) {
      LifecycleLog log = new LifecycleLog(writer, LogFormat.JSON, LogLevel.DEBUG, Story.SLOW);
      log.record(Story.STARTED);
      log.record(
          failed(
              Story.STARTED,
              new Exception() {
                private static final long serialVersionUID = 1L;

                @Override
                public String toString() {
                  log.record(Story.CLOSED);
                  return "told";
                }
              }));
    }
    assertThat(out.toString(UTF_8).lines().map(Json::parse))
        .extracting(line -> line.get("event"), line -> line.get("error"))
        .containsExactly(
            tuple("RequestStarted", null),
            tuple("ConnectionCompleted", null),
            tuple("RequestFailed", "told"));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static ConnectionOpened opened(long id) {
    return new ConnectionOpened(
        id, 1, "127.0.0.1", 1, "127.0.0.1", 8000, Protocol.H1, Story.OPENED.timestamp());
  }

  private static ConnectionEvent onConnection(ConnectionOpened connection, int n) {
    return new RequestStarted(
        connection,
        Story.STARTED.requestId(),
        "GET",
        path(Long.toString(connection.connectionId()), n),
        "1.1",
        Protocol.H1,
        null,
        connection.timestamp());
  }

  /** Some are long, so that buffers grow, and some too long to be kept. */
  private static String path(String connection, int n) {
    return "/" + connection + "/" + n + "x".repeat(n % 20 == 0 ? 8_000 : n % 7 * 100);
  }

  private static String json(LifecycleEvent event) {
    return line(LogFormat.JSON, event);
  }

  private static Map<String, String> object(LifecycleEvent event) {
    return Json.parse(json(event).stripTrailing());
  }

  private static String line(LogFormat format, LifecycleEvent event) {
    return write(format, LogLevel.DEBUG, List.of(event));
  }

  /** Splits at line feeds alone: other breaks must not be there at all. */
  private static List<String> lines(
      LogFormat format, LogLevel threshold, List<? extends LifecycleEvent> events) {
    String written = write(format, threshold, events);
    return written.isEmpty() ? List.of() : List.of(written.split("\n"));
  }

  private static String write(
      LogFormat format, LogLevel threshold, List<? extends LifecycleEvent> events) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LogWriter writer = LogWriter.to(out, format)) {
      LifecycleLog log = new LifecycleLog(writer, format, threshold, Story.SLOW);
      events.forEach(log::record);
    }
    return out.toString(UTF_8);
  }
}
