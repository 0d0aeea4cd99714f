package dev.pounce.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.LifecycleCollector;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.ReloadCompleted;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.observe.WorkerReplaced;
import dev.pounce.observe.log.LifecycleLog;
import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogLevel;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.Server;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.testkit.RawClient;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The lifecycle log of a real server is what docs/observability.md says, and the other way. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ObservabilityEventsTest {

  private static final Duration NEVER_SLOW = Duration.ofHours(1);
  private static final Duration SOON_SLOW = Duration.ofMillis(1);

  private static final Application APP =
      Http.app(request ->
          switch (request.path()) {
            case "/slow" -> {
              Thread.sleep(SOON_SLOW.multipliedBy(2));
              yield Response.text("slow\n");
            }
            case "/boom" -> throw new IllegalStateException("out of stock");
            default -> Response.bytes("text/plain", request.bytes());
          });

  private static final List<EventLine> LOG = new ArrayList<>();

  static List<EventRow> rows() throws Exception {
    return EventRow.all();
  }

  @BeforeAll
  static void provokeEveryEvent() throws Exception {
    LOG.clear();
    LOG.addAll(serve(LogLevel.DEBUG, SOON_SLOW, true));
    LOG.addAll(serve(LogLevel.DEBUG, NEVER_SLOW, false));
  }

  /** The lifecycle log, at this level, of a server to which everything happens. */
  private static List<EventLine> serve(LogLevel level, Duration threshold, boolean traced)
      throws Exception {
    ServerConfig config =
        ServerConfig.builder()
            .port(0)
            .logFormat(LogFormat.JSON)
            .logLevel(level)
            .lifecycleLogging(true)
            .logSlowRequestsThreshold(threshold)
            .build();
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    Heard heard = new Heard();
    LifecycleCollector other = traced ? new SameSpan() : LifecycleCollector.disabled();
    try (Hush _ = Hush.open();
        LogWriter log = LogWriter.to(written, LogFormat.JSON);
        Server server = new Server(config, APP, log, heard, other)) {
      server.start();
      visit(server.port(), heard);
      supervise(new LifecycleLog(log, LogFormat.JSON, level, threshold));
      if (!traced) {
        multiplex(new LifecycleLog(log, LogFormat.JSON, level, threshold));
      }
    }
    return written
        .toString(UTF_8)
        .lines()
        .map(line -> new EventLine(new JsonMapper().readTree(line), traced))
        .filter(entry -> entry.line().has("event"))
        .toList();
  }

  /** What happens to workers that die and applications that change, which these do not. */
  private static void supervise(LifecycleLog log) {
    log.record(new WorkerReplaced(1, "signal 9", Instant.now()));
    log.record(new ReloadCompleted(2, null, SOON_SLOW, Instant.now()));
    log.record(new ReloadCompleted(2, "out of stock", SOON_SLOW, Instant.now()));
  }

  /** What happens to requests over HTTP/2. */
  private static void multiplex(LifecycleLog log) {
    ConnectionOpened opened =
        new ConnectionOpened(9, 1, "127.0.0.1", 1, "127.0.0.1", 2, Protocol.H2, Instant.now());
    RequestStarted started =
        new RequestStarted(
            opened, RequestId.of(9, 0), "GET", "/", "2.0", Protocol.H2, 1, null, Instant.now());
    Duration fast = Duration.ofMillis(1);
    log.record(started);
    log.record(new ResponseCompleted(started, 200, 1, fast, Instant.now()));
    log.record(
        new RequestFailed(started, 500, 1, fast, new Exception("out of stock"), Instant.now()));
    log.record(new ClientDisconnected(opened, started, true, 1, fast, Instant.now()));
  }

  private static void visit(int port, Heard heard) throws Exception {
    try (RawClient client = RawClient.connect(port)) {
      for (String path : List.of("/", "/slow", "/boom")) {
        client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").readResponse();
      }
      assertThat(client.send("BAD\r\n\r\n").readResponse().status()).isEqualTo(400);
    }
    try (RawClient client = RawClient.connect(port)) {
      client.send("GET / HTTP/1.1\r\nHo");
    }
    heard.await(ClientDisconnected.class);
    try (RawClient client = RawClient.connect(port)) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    }
    heard.await(ClientDisconnected.class);
  }

  private static final class Heard implements LifecycleCollector {

    private final BlockingQueue<LifecycleEvent> events = new LinkedBlockingQueue<>();

    @Override
    public void record(LifecycleEvent event) {
      events.add(event);
    }

    void await(Class<? extends LifecycleEvent> kind) throws InterruptedException {
      LifecycleEvent event;
      do {
        event = events.poll(10, TimeUnit.SECONDS);
        assertThat(event).as("an event before " + kind.getSimpleName()).isNotNull();
      } while (!kind.isInstance(event));
    }
  }

  @Test
  void rows_areTheEventsThereAre() throws Exception {
    assertThat(EventRow.all())
        .extracting(EventRow::event)
        .containsExactlyInAnyOrderElementsOf(kinds().map(Class::getSimpleName).toList());
    assertThat(LOG)
        .extracting(EventLine::event)
        .containsAll(rows().stream().map(EventRow::event).toList());
  }

  private static Stream<Class<?>> kinds() {
    return kinds(LifecycleEvent.class);
  }

  private static Stream<Class<?>> kinds(Class<?> type) {
    return type.isSealed()
        ? Stream.of(type.getPermittedSubclasses()).flatMap(ObservabilityEventsTest::kinds)
        : Stream.of(type);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void line_hasTheFieldsOfItsRow_andNoOthers(EventRow row) {
    assertThat(entries(row))
        .isNotEmpty()
        .allSatisfy(entry -> assertThat(entry.fields()).isEqualTo(row.fieldsOf(entry)));
    for (String condition : row.fieldsByCondition().keySet()) {
      if (!condition.isEmpty()) {
        assertThat(entries(row)).as(condition).anyMatch(it -> it.is(condition));
        assertThat(entries(row)).as("not " + condition).anyMatch(it -> !it.is(condition));
      }
    }
  }

  private static List<EventLine> entries(EventRow row) {
    return LOG.stream().filter(entry -> entry.event().equals(row.event())).toList();
  }

  @ParameterizedTest
  @EnumSource
  void log_hasTheEventsOfItsLevelAndAbove(LogLevel threshold) throws Exception {
    List<EventLine> logged = new ArrayList<>(serve(threshold, SOON_SLOW, false));
    logged.addAll(serve(threshold, NEVER_SLOW, false));

    Set<String> wanted = new HashSet<>();
    for (EventRow row : rows()) {
      entries(row).stream()
          .filter(entry -> row.levelOf(entry).reaches(threshold))
          .forEach(entry -> wanted.add(entry.kind()));
    }
    assertThat(logged.stream().map(EventLine::kind).collect(Collectors.toSet())).isEqualTo(wanted);
  }

  @Test
  void fields_haveTheTypesOfTheTable_andAllAreThere() throws Exception {
    Map<String, String> logged = new LinkedHashMap<>();
    for (EventLine entry : LOG) {
      entry
          .line()
          .properties()
          .forEach(it ->
              assertThat(logged.merge(it.getKey(), type(it.getValue()), (was, is) -> is))
                  .as(it.getKey())
                  .isEqualTo(type(it.getValue())));
    }
    Map<String, String> told =
        EventRow.section().table("field", "type", "what it is").stream()
            .collect(Collectors.toMap(row -> Document.code(row.getFirst()), row -> row.get(1)));
    assertThat(told).isEqualTo(logged);
  }

  private static String type(JsonNode value) {
    return value.getNodeType().name().toLowerCase(Locale.ROOT);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void componentsOfTheEvent_areItsFields(EventRow row) {
    Class<?> kind = kinds().filter(it -> it.getSimpleName().equals(row.event())).findFirst().get();
    Set<String> told = new HashSet<>(row.allFields());
    told.addAll(EventRow.ALWAYS);

    assertThat(told).containsAll(names(kind));
    told.removeAll(EventRow.ALWAYS);
    told.remove("slow");
    assertThat(origins(kind)).containsAll(told);
  }

  /** The fields that stand for the components of an event. */
  private static List<String> names(Class<?> kind) {
    return Arrays.stream(kind.getRecordComponents())
        .flatMap(ObservabilityEventsTest::names)
        .toList();
  }

  private static Stream<String> names(RecordComponent component) {
    String name = component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "connection" -> Stream.of("connection_id", "worker_id");
      case "request" -> Stream.of("request_id", "connection_id", "worker_id");
      case "trace" -> Stream.of("trace_id", "span_id");
      case "duration" -> Stream.of("duration_ms");
      default -> Stream.of(name);
    };
  }

  /** The fields that an event and the earlier events that it holds can give. */
  private static List<String> origins(Class<?> kind) {
    return Arrays.stream(kind.getRecordComponents())
        .flatMap(it ->
            LifecycleEvent.class.isAssignableFrom(it.getType())
                ? Stream.concat(names(it), origins(it.getType()).stream())
                : names(it))
        .toList();
  }

  @Test
  void reasons_areThoseThereAre() throws Exception {
    String told =
        EventRow.section().table("field", "type", "what it is").stream()
            .filter(row -> row.getFirst().equals("`reason`"))
            .map(row -> row.get(2))
            .findFirst()
            .orElseThrow();
    assertThat(Document.codes(told))
        .containsExactlyElementsOf(
            Stream.concat(
                    Stream.of(RequestRejected.Reason.values()).map(it -> it.label()),
                    Stream.of(ConnectionCompleted.Reason.values()).map(it -> it.label()))
                .toList());
  }
}
