package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static dev.pounce.server.Requests.post;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Http;
import dev.pounce.app.Request;
import dev.pounce.app.Response;
import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogLevel;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.config.Builder;
import dev.pounce.server.config.ByteSize;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.testkit.RawClient;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The access log of real requests. */
@Timeout(60)
class AccessLogTest {

  private static final String DOCUMENTED =
      """
      keys_unsorted == ["timestamp","level","logger","method","path","http_version","status",
        "bytes_sent","duration_ms","client","request_id"]
      and (.timestamp | test("^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\\\\+00:00$"))
      and (.level == if .status >= 500 then "WARNING" else "INFO" end)
      and .logger == "pounce.access"
      and (.method | type == "string" and length > 0)
      and (.path | type == "string" and length > 0)
      and (.http_version == "1.1" or .http_version == "1.0")
      and (.status | type == "number" and . >= 200 and . <= 599)
      and (.bytes_sent | type == "number" and . >= 0 and . == floor)
      and (.duration_ms | type == "number" and . >= 0)
      and (.client | test("^127\\\\.0\\\\.0\\\\.1:[0-9]+$"))
      and (.request_id | test("^[0-9a-f]{32}$"))
      """;

  private static Running serve(Consumer<Builder> settings) throws StartupException {
    return Running.serve(
        Http.app(AccessLogTest::handle),
        builder -> {
          builder.healthCheckPath("/health").headerTimeout(Duration.ofSeconds(1));
          builder.requestTimeout(Duration.ofSeconds(1)).maxRequestSize(ByteSize.of(100));
          settings.accept(builder);
        });
  }

  private static Response handle(Request request) throws Exception {
    return switch (request.path()) {
      case "/1234" -> Response.bytes("text/plain", new byte[1234]);
      case "/stream" ->
          Response.stream(
              "text/plain",
              out -> {
                out.write(new byte[1000]);
                out.write(new byte[234]);
              });
      case "/missing" -> Response.text("missing").status(404);
      case "/unavailable" -> Response.text("later").status(503);
      case "/raise" -> throw new IllegalStateException("raised by the test");
      case "/slow" -> {
        new CountDownLatch(1).await();
        yield Response.text("never");
      }
      default -> Response.text("hello");
    };
  }

  /** Sends each request on a connection of its own and waits until all have their lines. */
  private static List<String> lines(Running server, String... requests) throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (String request : requests) {
        RawClient client = server.connect().send(request);
        clients.add(client);
        client.readHead();
      }
      Await.until("all have been logged", () -> server.logged().size() >= requests.length);
      return server.logged();
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  private static void assertJq(String filter, List<String> lines) throws Exception {
    Process jq = new ProcessBuilder("jq", "-e", filter).redirectErrorStream(true).start();
    try (var input = jq.outputWriter(UTF_8)) {
      input.write(String.join("\n", lines));
    }
    try (var output = jq.inputReader(UTF_8)) {
      List<String> verdicts = output.readAllLines();
      assertThat(jq.waitFor()).as("jq says %s of %s", verdicts, lines).isZero();
      assertThat(verdicts).hasSameSizeAs(lines).containsOnly("true");
    }
  }

  @Test
  void text_line_isTheDocumentedOne() throws Exception {
    try (Running server = serve(settings -> {});
        RawClient client = server.connect().send(get("/1234"))) {
      String id = client.readResponse().header("X-Request-ID").orElseThrow();
      assertThat(server.awaitLogged("GET"))
          .startsWith(
              "127.0.0.1:" + client.socket().getLocalPort() + " - \"GET /1234 HTTP/1.1\" 200 1234 ")
          .matches(".* 1234 \\d+\\.\\dms \\[" + id.substring(0, 12) + "]");
    }
  }

  @Test
  void json_lines_areTheDocumentedOnes() throws Exception {
    try (ServerLog quiet = ServerLog.open();
        Running server = serve(settings -> settings.logFormat(LogFormat.JSON))) {
      List<String> lines =
          lines(
              server,
              get("/"),
              get("/1234"),
              get("/stream"),
              get("/missing"),
              get("/raise"),
              get("/slow"),
              get("/unavailable"),
              get("/caf%C3%A9%22%5C%00%0A?q=%22"),
              get("/\"quoted\"\\"),
              get("/<script>{}|^`"),
              "GET / HTTP/1.0\r\n\r\n",
              "X!#$%&'*+-.^_`|~ / HTTP/1.1\r\nHost: a\r\n\r\n",
              "\"\\ / HTTP/1.1\r\n\r\n",
              "GET /\u00e9\u0001 HTTP/1.1\r\nHost: a\r\n\r\n",
              "GET / HTTP/1.1\r\nHo",
              post("/", "x".repeat(101)));
      assertJq(DOCUMENTED, lines);
      assertThat(quiet.messages()).isNotEmpty();
    }
  }

  @Test
  void json_line_hasTheValuesOfItsRequest() throws Exception {
    try (Running server = serve(settings -> settings.logFormat(LogFormat.JSON));
        RawClient client = server.connect().send(post("/stream?q=1", "body"))) {
      String id = client.readResponse().header("X-Request-ID").orElseThrow();
      server.awaitLogged("POST");
      assertJq(
          """
          .level == "INFO" and .method == "POST" and .path == "/stream" and .http_version == "1.1"
          and .status == 200 and .bytes_sent == 1234 and .client == "127.0.0.1:%d"
          and .request_id == "%s"
          """
              .formatted(client.socket().getLocalPort(), id),
          server.logged());
    }
  }

  @Test
  void bytes_areThoseOfTheBodyThatWasSent() throws Exception {
    try (Running server = serve(settings -> {})) {
      List<String> lines =
          lines(
              server,
              get("/1234"),
              get("/stream"),
              get("/stream").replace("HTTP/1.1", "HTTP/1.0"),
              get("/1234").replace("GET", "HEAD"));
      assertThat(lines)
          .filteredOn(line -> line.contains("HEAD"))
          .singleElement()
          .asString()
          .contains("\" 200 0 ");
      assertThat(lines)
          .filteredOn(line -> line.contains("GET"))
          .hasSize(3)
          .allMatch(line -> line.contains("\" 200 1234 "));
    }
  }

  @Test
  void duration_isNotLessThanTheHandlersOwn() throws Exception {
    long[] taken = new long[1];
    try (Running server =
            Running.serve(
                Http.app(request -> {
                  long start = System.nanoTime();
                  request.text();
                  taken[0] = System.nanoTime() - start;
                  return Response.text("hello");
                }),
                settings -> settings.logFormat(LogFormat.JSON));
        RawClient client = server.connect()) {
      String request = post("/", "body");
      client.send(request.substring(0, request.length() - 1));
      Await.until("the server has taken it", () -> ReceiveQueue.bytes(client) == 0);
      client.send("y").readResponse();
      Matcher duration =
          Pattern.compile("\"duration_ms\":([0-9.]+)").matcher(server.awaitLogged("POST"));
      assertThat(duration.find()).isTrue();
      assertThat(Double.parseDouble(duration.group(1)))
          .isGreaterThanOrEqualTo(taken[0] / 1e6 - 0.001);
    }
  }

  @Test
  void pipelined_requests_haveALineEachInOrder() throws Exception {
    try (Running server = serve(settings -> {});
        RawClient client = server.connect().send(get("/a") + get("/b") + get("/c"))) {
      for (int i = 0; i < 3; i++) {
        client.readResponse();
      }
      server.awaitLogged("/c");
      assertThat(server.logged())
          .extracting(line -> line.replaceAll(".*\"GET (.*) HTTP.*", "$1"))
          .containsExactly("/a", "/b", "/c");
    }
  }

  @Test
  void refused_requests_haveALineToo() throws Exception {
    try (Running server = serve(settings -> settings.maxHeaders(5))) {
      List<String> lines =
          lines(
              server,
              "nonsense\r\n\r\n",
              "GET /no-host HTTP/1.1\r\n\r\n",
              "GET /late HTTP/1.1\r\nHo",
              post("/large", "x".repeat(101)),
              get("/" + "x".repeat(9000)),
              get("/many", "A: 1\r\n".repeat(5).strip()),
              get("/slow"));
      assertThat(lines)
          .hasSize(7)
          .allMatch(line -> line.startsWith("127.0.0.1:") && line.endsWith("]"))
          .extracting(line -> line.replaceAll(".*?(\".*\" \\d{3}) .*", "$1"))
          .contains(
              "\"GET /no-host HTTP/1.1\" 400",
              "\"GET /late HTTP/1.1\" 408",
              "\"POST /large HTTP/1.1\" 413",
              "\"GET /many HTTP/1.1\" 431",
              "\"GET /slow HTTP/1.1\" 504")
          .anyMatch(line -> line.matches("\".*\" 400") && !line.contains("/no-host"))
          .anyMatch(line -> line.matches("\".*\" 414"));
    }
  }

  @Test
  void refused_tooManyConnections_hasALine() throws Exception {
    try (Running server = serve(settings -> settings.maxConnections(1));
        RawClient first = server.connect().send(get("/first"));
        RawClient second = server.connect().send(get("/second"))) {
      first.readResponse();
      assertThat(second.readResponse().status()).isEqualTo(503);
      assertThat(server.awaitLogged("/second")).contains("\"GET /second HTTP/1.1\" 503 ");
    }
  }

  @ParameterizedTest
  @EnumSource
  void level_thresholdIsSet_onlyLinesThatReachItAreWritten(LogLevel threshold) throws Exception {
    try (ServerLog quiet = ServerLog.open()) {
      List<String> logged;
      try (Running server = serve(settings -> settings.logLevel(threshold));
          RawClient client = server.connect()) {
        client.send(get("/fine") + get("/missing") + get("/unavailable") + get("/raise"));
        for (int i = 0; i < 4; i++) {
          client.readResponse();
        }
        client.close();
        Await.noConnections(server);
        server.close();
        logged = server.logged();
      }
      assertThat(logged)
          .extracting(line -> line.replaceAll(".*\"GET (.*) HTTP.*", "$1"))
          .containsExactly(
              switch (threshold) {
                case DEBUG, INFO -> new String[] {"/fine", "/missing", "/unavailable", "/raise"};
                case WARNING -> new String[] {"/unavailable", "/raise"};
                case ERROR -> new String[] {};
              });
      assertThat(quiet.messages()).isNotEmpty();
    }
  }

  @Test
  void healthChecks_areNotLogged() throws Exception {
    try (Running server = serve(settings -> {});
        RawClient client = server.connect()) {
      client.send(get("/health") + get("/health").replace("GET", "HEAD") + get("/last"));
      client.readResponse();
      client.readHead();
      client.readResponse();
      server.awaitLogged("/last");
      assertThat(server.logged()).hasSize(1);
    }
  }

  @Test
  void stalledSink_aPipeThatNobodyReads_stallsNoRequestAndWhatIsLostIsSaid() throws Exception {
    int requests = 0;
    String path = "/" + "x".repeat(7000);
    Pipe pipe = Pipe.open();
    List<String> lines = new ArrayList<>();
    Thread reader;
    long dropped;
    ServerConfig config = ServerConfig.builder().port(0).build();
    try (LogWriter log = LogWriter.to(Channels.newOutputStream(pipe.sink()), LogFormat.TEXT);
        Server server = new Server(config, Http.app(request -> Response.text("hello")), log)) {
      server.start();
      while (log.dropped() == 0 && requests < 10_000) {
        requests += 100;
        try (RawClient client = RawClient.connect(server.port())) {
          client.send(get(path).repeat(100));
          for (int k = 0; k < 100; k++) {
            assertThat(client.readResponse().status()).isEqualTo(200);
          }
        }
      }
      assertThat(log.dropped()).as("lines lost by now").isPositive();
      reader = Thread.ofPlatform().name("reader").start(() -> read(pipe.source(), lines));
      Await.until(
          "the loss is said",
          () -> {
            synchronized (lines) {
              return lines.stream().anyMatch(line -> line.contains("dropped"));
            }
          });
      try (RawClient client = RawClient.connect(server.port())) {
        client.send(get("/after")).readResponse();
      }
      server.close();
      log.close();
      dropped = log.dropped();
    } finally {
      pipe.sink().close();
    }
    reader.join();
    pipe.source().close();
    long written = lines.stream().filter(line -> line.contains("\"GET /xxx")).count();
    long said =
        lines.stream()
            .filter(line -> line.contains(" log line(s) dropped"))
            .mapToLong(line -> Long.parseLong(line.replaceAll(".*?(\\d+) log line.*", "$1")))
            .sum();
    assertThat(said).isEqualTo(dropped);
    assertThat(written + said).isEqualTo(requests);
    assertThat(lines).last().asString().contains("\"GET /after HTTP/1.1\" 200");
  }

  private static void read(Pipe.SourceChannel source, List<String> lines) {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(Channels.newInputStream(source), UTF_8));
    reader
        .lines()
        .forEach(line -> {
          synchronized (lines) {
            lines.add(line);
          }
        });
  }
}
