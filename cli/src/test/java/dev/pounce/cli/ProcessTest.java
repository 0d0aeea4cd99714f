package dev.pounce.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as users run it: a process, its output, its signals and its exit code. */
class ProcessTest {

  private static final String HELLO =
      "import dev.pounce.app.*;\n\nApplication app = Http.app(r -> Response.text(\"Hello\\n\"));\n";

  /** Logs while it is loaded and for each request. */
  private static final String TALKATIVE =
      """
      import dev.pounce.app.*;

      static final System.Logger LOG = System.getLogger("shop");

      Application app = create();

      static Application create() {
        LOG.log(System.Logger.Level.INFO, "loaded {0} times", 1);
        return Http.app(request -> {
          LOG.log(System.Logger.Level.DEBUG, "not to be seen");
          LOG.log(System.Logger.Level.WARNING, "sold out früh", new IllegalStateException("empty"));
          return Response.empty(204);
        });
      }
      """;

  @TempDir Path folder;

  @Test
  void serve_source_answersAndStopsCleanly() throws Exception {
    source(HELLO);
    try (PounceProcess pounce = PounceProcess.start(folder, "--port", "0", "Hello.java")) {
      int port = pounce.port();
      assertThat(curl("http://127.0.0.1:" + port + "/")).isEqualTo("Hello\n");
      assertThat(pounce.terminate().exitCode()).isZero();

      assertThat(pounce.err()).isEmpty();
      assertThat(pounce.out().lines().limit(4).toList())
          .satisfiesExactly(
              line ->
                  assertThat(line)
                      .isEqualTo("Pounce " + Version.POUNCE + " · http://127.0.0.1:" + port),
              line ->
                  assertThat(line)
                      .isEqualTo(
                          "Hello.java:app · 1 worker · JDK "
                              + Version.jdk()
                              + " · PID "
                              + pounce.pid()),
              line -> assertThat(line).isEqualTo("Press Ctrl+C to stop."),
              line -> assertThat(line).contains("\"GET / HTTP/1.1\" 200 6 "));
      assertThat(pounce.out().lines().skip(4))
          .first()
          .asString()
          .matches(
              "\\[\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d] Received SIGTERM — initiating shutdown");
    }
  }

  @Test
  void serve_jsonFormat_printsNothingButJsonLines() throws Exception {
    source(TALKATIVE);
    try (PounceProcess pounce =
        PounceProcess.start(folder, "--port=0", "--log-format=json", "Hello.java")) {
      assertThat(get(pounce.port()).status()).isEqualTo(204);
      assertThat(pounce.terminate().exitCode()).isZero();

      assertThat(pounce.err()).isEmpty();
      assertThat(jq(pounce.out(), "[.level, .logger, .message // .path] | join(\"|\")"))
          .startsWith("INFO|shop|loaded 1 times")
          .anySatisfy(line ->
              assertThat(line)
                  .startsWith("INFO|pounce|Pounce " + Version.POUNCE + " serving http://127"))
          .contains(
              "WARNING|shop|sold out früh",
              "INFO|pounce.access|/",
              "INFO|pounce|Received SIGTERM — initiating shutdown")
          .noneMatch(line -> line.contains("not to be seen"));
    }
  }

  @Test
  void serve_textFormat_hasTheApplicationsLinesToo() throws Exception {
    source(TALKATIVE);
    try (PounceProcess pounce = PounceProcess.start(folder, "--port=0", "Hello.java")) {
      get(pounce.port());
      assertThat(pounce.terminate().exitCode()).isZero();

      assertThat(pounce.out())
          .contains("] loaded 1 times\n", "sold out früh\n", "IllegalStateException: empty\n")
          .doesNotContain("not to be seen");
    }
  }

  @Test
  void serve_withAnOtelEndpoint_hasSentItsTracesWhenItEnds() throws Exception {
    source(HELLO);
    List<String> taken = new CopyOnWriteArrayList<>();
    HttpServer collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/",
        exchange -> {
          String spans = new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1);
          taken.add(exchange.getRequestURI() + " " + spans);
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort();
    try (PounceProcess pounce =
        PounceProcess.start(
            folder,
            "--port=0",
            "--otel-endpoint",
            endpoint,
            "--otel-service-name=shop",
            "Hello.java")) {
      String trace = get(pounce.port()).headers("traceparent").getFirst();
      assertThat(pounce.terminate().exitCode()).isZero();

      assertThat(trace).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
      assertThat(taken)
          .singleElement()
          .asString()
          .startsWith("/v1/traces ")
          .contains("shop", "http.request.method", "pounce.connection_id");
      assertThat(pounce.err()).isEmpty();
    } finally {
      collector.stop(0);
    }
  }

  @Test
  void serve_withCompression_saysWhatThereIsAndNothingElse() throws Exception {
    source(HELLO.replace("\\n\"", "\\n\".repeat(100)"));
    try (PounceProcess pounce =
            PounceProcess.start(folder, "--port=0", "--compression", "Hello.java");
        RawClient client = RawClient.connect(pounce.port())) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip, br, zstd\r\n\r\n");
      RawResponse response = client.readResponse();
      assertThat(pounce.terminate().exitCode()).isZero();

      assertThat(response.header("Content-Encoding")).contains("zstd");
      assertThat(response.body().length).isLessThan(100);
      assertThat(pounce.out()).contains("Compression: zstd, br, gzip\n");
      assertThat(pounce.err()).isEmpty();
    }
  }

  @Test
  void serve_anyLocale_printsUtf8() throws Exception {
    source(HELLO);
    Map<String, String> locale = Map.of("LC_ALL", "C");
    try (PounceProcess pounce =
        PounceProcess.start(folder, locale, List.of(), "--port=0", "Hello.java")) {
      pounce.port();

      assertThat(pounce.out()).startsWith("Pounce " + Version.POUNCE + " · http");
    }
  }

  @Test
  void serve_quietLevel_stillHasTheBanner() throws Exception {
    source(HELLO);
    try (PounceProcess pounce =
        PounceProcess.start(folder, "--port=0", "--log-level=error", "Hello.java")) {
      get(pounce.port());
      assertThat(pounce.terminate().exitCode()).isZero();

      assertThat(pounce.out()).endsWith("Press Ctrl+C to stop.\n");
    }
  }

  @Test
  void serve_fileInTheWorkingDirectory_isReadAndSaid() throws Exception {
    source(HELLO);
    Files.writeString(folder.resolve("pounce.toml"), "port = 0\nserver-header = 'toml'\n");
    try (PounceProcess pounce = PounceProcess.start(folder, "Hello.java")) {
      assertThat(get(pounce.port()).header("Server")).contains("toml");
      assertThat(pounce.out()).contains("\nConfiguration: pounce.toml\n");
    }
  }

  @Test
  void serve_portTaken_isOneLineAndExitCode1() throws Exception {
    source(HELLO);
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());

      assertFailsToStart(List.of(), "--port", port, "Hello.java")
          .contains("port " + port, "is taken");
    }
  }

  @Test
  void serve_socketThatCantBeMade_isOneLineAndExitCode1() throws Exception {
    source(HELLO);

    assertFailsToStart(List.of(), "--uds", "/proc/pounce.sock", "Hello.java")
        .contains("/proc/pounce.sock");
  }

  @Test
  void serve_privilegedPort_isOneLineAndExitCode1() throws Exception {
    Path first = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");
    assumeTrue(Files.exists(first) && Integer.parseInt(Files.readAllLines(first).getFirst()) > 1);
    source(HELLO);
    List<String> unprivileged =
        System.getProperty("user.name").equals("root")
            ? List.of("setpriv", "--bounding-set=-net_bind_service")
            : List.of();

    assertFailsToStart(unprivileged, "--port", "1", "Hello.java").contains("port 1 ", "privileges");
  }

  @Test
  void serve_sourceWithErrors_isExitCode2() throws Exception {
    source("import dev.pounce.app.*;\n\nApplication app = Http.ap(null);\n");
    try (PounceProcess pounce = PounceProcess.start(folder, "Hello.java")) {
      assertThat(pounce.exitCode()).isEqualTo(2);
      assertThat(pounce.out()).isEmpty();
      assertThat(pounce.err())
          .isEqualTo(
              """
              Hello.java:3: error: cannot find symbol
              Application app = Http.ap(null);
                                    ^
                symbol:   method ap(<null>)
                location: class Http
              1 error
              """);
    }
  }

  @Test
  void serve_applicationThatDoesNotStart_isOneLineAndExitCode1() throws Exception {
    source(
        """
        import dev.pounce.app.*;

        Application app = Lifespan.around(
            Http.app(r -> Response.empty(204)),
            state -> { throw new IllegalStateException("no database"); },
            state -> {});
        """);

    assertThat(failsToStart(List.of(), "--port=0", "Hello.java").err())
        .contains("no database")
        .startsWith("pounce: ");
  }

  @Test
  void version_isOneLine() throws Exception {
    try (PounceProcess pounce = PounceProcess.start(folder, "--version")) {
      assertThat(pounce.exitCode()).isZero();
      assertThat(pounce.out())
          .isEqualTo("Pounce " + Version.POUNCE + " (JDK " + Version.jdk() + ")\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"source", "class"})
  void rehearsal_ofEachKind_goesWell(String kind) throws Exception {
    Path scratch = Files.createDirectory(folder.resolve("scratch"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Rehearsal.class.getName(),
                kind,
                scratch.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();

    assertThat(process.waitFor()).isZero();
    assertThat(Files.readString(folder.resolve("out"))).hasLineCount(1).startsWith("Pounce ");
    assertThat(Files.exists(scratch.resolve("pounce"))).isEqualTo(kind.equals("source"));
  }

  private AbstractStringAssert<?> assertFailsToStart(List<String> before, String... args)
      throws Exception {
    String err = failsToStart(before, args).err();
    assertThat(err.lines()).hasSize(1);
    return assertThat(err).startsWith("pounce: ");
  }

  private Outcome failsToStart(List<String> before, String... args) throws Exception {
    try (PounceProcess pounce = PounceProcess.start(folder, Map.of(), before, args)) {
      assertThat(pounce.exitCode()).isEqualTo(1);
      return new Outcome(1, pounce.out(), pounce.err());
    }
  }

  private void source(String text) throws IOException {
    Files.writeString(folder.resolve("Hello.java"), text);
  }

  private static RawResponse get(int port) throws IOException {
    try (RawClient client = RawClient.connect(port)) {
      return client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").readResponse();
    }
  }

  private static String curl(String url) throws IOException, InterruptedException {
    return output(new ProcessBuilder("curl", "-sS", url).start());
  }

  private List<String> jq(String input, String filter) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("input"), input);
    return output(new ProcessBuilder("jq", "-r", filter, file.toString()).start()).lines().toList();
  }

  private static String output(Process process) throws IOException, InterruptedException {
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    String errors = new String(process.getErrorStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(errors).isZero();
    return output;
  }
}
