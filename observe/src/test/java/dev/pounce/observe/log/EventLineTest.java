package dev.pounce.observe.log;

import static dev.pounce.observe.log.Logged.json;
import static dev.pounce.observe.log.Logged.line;
import static dev.pounce.observe.log.Logged.lines;
import static dev.pounce.observe.log.Story.completed;
import static dev.pounce.observe.log.Story.disconnected;
import static dev.pounce.observe.log.Story.failed;
import static dev.pounce.observe.log.Story.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.DrainStarted;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestStarted;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The line of each kind of event, whose fields are a contract. */
class EventLineTest {

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

  @ParameterizedTest
  @MethodSource("eventsOnAStream")
  void event_ofARequestOverHttp2_saysWhichStreamItWas(LifecycleEvent event) {
    assertThat(json(event))
        .contains("\"request_id\":\"a1b2c3d4e5f67890abcdef1234567890\",\"stream_id\":7,");
  }

  static Stream<LifecycleEvent> eventsOnAStream() {
    RequestStarted started =
        new RequestStarted(
            Story.OPENED, Story.id(), "GET", "/", "2.0", Protocol.H2, 7, null, Instant.EPOCH);
    return Stream.of(
        started,
        completed(started, Duration.ofMillis(1)),
        failed(started, new IllegalStateException("out of stock")),
        disconnected(started));
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
}
