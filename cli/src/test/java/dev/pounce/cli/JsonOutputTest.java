package dev.pounce.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** With {@code --log-format json}, whatever a process prints is one JSON object a line. */
class JsonOutputTest {

  /** Speaks in every way that a program has. */
  private static final String LOUD =
      """
      import dev.pounce.app.*;
      import java.util.logging.*;

      Application app = create();

      static Application create() {
        System.out.println("loading \\"früh\\"\\nin two lines");
        System.err.println("careful");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("bye")));
        return Http.app(request -> {
          switch (request.path()) {
            case "/boom" -> throw new IllegalStateException("out of\\nstock");
            case "/unspeakable" -> throw new RuntimeException() {
              @Override
              public String getMessage() {
                throw new IllegalStateException();
              }
            };
            case "/thread" -> {
              Thread counting = new Thread(() -> { throw new Error("lost\\ncount"); }, "counting");
              counting.start();
              counting.join();
            }
            case "/jul" -> {
              Logger.getLogger("com.acme.Jul").log(Level.WARNING, "{0} left", "one");
              Logger.getLogger("com.acme.Jul").fine("not to be seen");
            }
            default -> System.getLogger("com.acme.System").log(System.Logger.Level.INFO, "asked");
          }
          new Exception("printed").printStackTrace();
          return Response.empty(204);
        });
      }
      """;

  @TempDir Path folder;

  @Test
  void serve_loudApplication_everyLineIsAnObject() throws Exception {
    try (PounceProcess pounce = serve(LOUD)) {
      for (String path : List.of("/thread", "/jul", "/system")) {
        assertThat(get(pounce.port(), path).status()).isEqualTo(204);
      }
      assertThat(get(pounce.port(), "/boom").status()).isEqualTo(500);
      assertThat(pounce.terminate().exitCode()).isZero();

      assertThat(objects(pounce)).allMatch(JsonNode::isObject);
      assertThat(jq(printed(pounce))).isZero();
      assertThat(summary(pounce))
          .contains(
              "INFO|stdout|loading \"früh\"",
              "INFO|stdout|in two lines",
              "WARNING|stderr|careful",
              "ERROR|pounce|Exception in thread \"counting\"",
              "WARNING|com.acme.Jul|one left",
              "INFO|com.acme.System|asked",
              "WARNING|stderr|java.lang.Exception: printed",
              "ERROR|pounce|Request failed: GET /boom",
              "INFO|pounce|All workers stopped",
              "INFO|stdout|bye")
          .noneMatch(line -> line.contains("not to be seen"));
    }
  }

  @Test
  void serve_handlerThrows_lineHasTheRequestIdAndTheStackTrace() throws Exception {
    try (PounceProcess pounce = serve(LOUD)) {
      String id = get(pounce.port(), "/boom").header("X-Request-ID").orElseThrow();
      assertThat(pounce.terminate().exitCode()).isZero();

      assertThat(objects(pounce))
          .filteredOn(said("Request failed: GET /boom"))
          .singleElement()
          .returns(id, object -> object.path("request_id").asString())
          .extracting(object -> object.path("exception").asString())
          .asString()
          .startsWith("java.lang.IllegalStateException: out of\nstock\n\tat Hello.");
    }
  }

  @Test
  void serve_handlerThrowsWhatCantBeAsked_isAnsweredAndLogged() throws Exception {
    try (PounceProcess pounce = serve(LOUD)) {
      assertThat(get(pounce.port(), "/unspeakable").status()).isEqualTo(500);
      assertThat(pounce.terminate().exitCode()).isZero();

      assertThat(objects(pounce))
          .filteredOn(said("Request failed: GET /unspeakable"))
          .singleElement()
          .extracting(object -> object.path("exception").asString())
          .asString()
          .startsWith("Hello$1: java.lang.IllegalStateException");
    }
  }

  @Test
  void serve_threadThrows_lineHasTheStackTrace() throws Exception {
    try (PounceProcess pounce = serve(LOUD)) {
      get(pounce.port(), "/thread");
      assertThat(pounce.terminate().exitCode()).isZero();

      assertThat(objects(pounce))
          .filteredOn(said("Exception in thread \"counting\""))
          .singleElement()
          .extracting(object -> object.path("exception").asString())
          .asString()
          .startsWith("java.lang.Error: lost\ncount\n\tat Hello.");
    }
  }

  @Test
  void serve_text_javaLoggingIsInTheLogToo() throws Exception {
    try (PounceProcess pounce = serve(LOUD, "--log-format=text")) {
      get(pounce.port(), "/jul");
      assertThat(pounce.terminate().exitCode()).isZero();

      assertThat(pounce.out()).contains("] WARNING one left\n").doesNotContain("not to be seen");
      assertThat(pounce.err()).doesNotContain("one left");
    }
  }

  @Test
  void serve_debug_javaLoggingShowsAll() throws Exception {
    try (PounceProcess pounce = serve(LOUD, "--log-level=debug")) {
      get(pounce.port(), "/jul");
      assertThat(pounce.terminate().exitCode()).isZero();

      assertThat(summary(pounce)).contains("DEBUG|com.acme.Jul|not to be seen");
    }
  }

  @Test
  void serve_portTaken_isOneObject() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        PounceProcess pounce = serve(LOUD, "--port=" + taken.getLocalPort())) {
      assertThat(pounce.exitCode()).isEqualTo(1);

      assertThat(summary(pounce))
          .filteredOn(line -> line.startsWith("ERROR|"))
          .singleElement()
          .asString()
          .startsWith("ERROR|pounce|")
          .contains("is taken");
    }
  }

  @Test
  void serve_applicationThatDoesNotStart_isOneObject() throws Exception {
    String failing =
        """
        import dev.pounce.app.*;

        Application app = Lifespan.around(
            Http.app(r -> Response.empty(204)),
            state -> { throw new IllegalStateException("no\\ndatabase"); },
            state -> {});
        """;
    try (PounceProcess pounce = serve(failing)) {
      assertThat(pounce.exitCode()).isEqualTo(1);

      assertThat(summary(pounce))
          .singleElement()
          .asString()
          .startsWith("ERROR|pounce|")
          .contains("no\ndatabase");
    }
  }

  @Test
  void serve_targetThatThrows_isOneObjectWithTheStackTrace() throws Exception {
    String failing =
        """
        dev.pounce.app.Application app = create();

        static dev.pounce.app.Application create() {
          throw new IllegalStateException("no database");
        }
        """;
    try (PounceProcess pounce = serve(failing)) {
      assertThat(pounce.exitCode()).isEqualTo(2);

      assertThat(objects(pounce))
          .singleElement()
          .returns("ERROR", object -> object.path("level").asString())
          .extracting(object -> object.path("exception").asString())
          .asString()
          .contains("IllegalStateException: no database", "at Hello.create(Hello.java:4)");
    }
  }

  @Test
  void serve_sourceWithErrors_isOneObject() throws Exception {
    try (PounceProcess pounce =
        serve("dev.pounce.app.Application app = no(1);\nint wrong = \"\";\n")) {
      assertThat(pounce.exitCode()).isEqualTo(2);

      assertThat(objects(pounce))
          .singleElement()
          .extracting(object -> object.path("message").asString())
          .asString()
          .startsWith("Hello.java:1: error: ")
          .endsWith("2 errors");
    }
  }

  @Test
  void serve_sourceWithWarnings_isOneObject() throws Exception {
    String old =
        """
        dev.pounce.app.Application app = dev.pounce.app.Http.app(request -> null);
        void old() { Thread.currentThread().stop(); }
        """;
    try (PounceProcess pounce = serve(old)) {
      pounce.port();
      assertThat(pounce.terminate().exitCode()).isZero();

      assertThat(summary(pounce))
          .filteredOn(line -> line.startsWith("WARNING|pounce|Hello.java:2: warning: "))
          .hasSize(1);
    }
  }

  @Test
  void serve_wrongTarget_isOneObject() throws Exception {
    try (PounceProcess pounce = PounceProcess.start(folder, "--log-format=json", "no.such.Shop")) {
      assertThat(pounce.exitCode()).isEqualTo(2);

      assertThat(summary(pounce))
          .singleElement()
          .asString()
          .startsWith("ERROR|pounce|no.such.Shop: no such class");
    }
  }

  private PounceProcess serve(String source, String... flags) throws IOException {
    Files.writeString(folder.resolve("Hello.java"), source);
    List<String> args = new ArrayList<>(List.of(flags));
    if (args.stream().noneMatch(flag -> flag.startsWith("--port"))) {
      args.add("--port=0");
    }
    if (args.stream().noneMatch(flag -> flag.startsWith("--log-format"))) {
      args.add("--log-format=json");
    }
    args.add("Hello.java");
    return PounceProcess.start(folder, args.toArray(String[]::new));
  }

  private static RawResponse get(int port, String path) throws IOException {
    try (RawClient client = RawClient.connect(port)) {
      return client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").readResponse();
    }
  }

  private static String printed(PounceProcess pounce) throws IOException {
    return pounce.out() + pounce.err();
  }

  private static List<JsonNode> objects(PounceProcess pounce) throws IOException {
    return printed(pounce).lines().map(new JsonMapper()::readTree).toList();
  }

  private static List<String> summary(PounceProcess pounce) throws IOException {
    return objects(pounce).stream()
        .map(object ->
            String.join(
                "|",
                object.path("level").asString(),
                object.path("logger").asString(),
                object.path("message").asString("")))
        .toList();
  }

  private static Predicate<JsonNode> said(String message) {
    return object -> object.path("message").asString("").equals(message);
  }

  private int jq(String input) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("input"), input);
    Process jq =
        new ProcessBuilder("jq", "-c", ".", file.toString()).redirectErrorStream(true).start();
    String output = new String(jq.getInputStream().readAllBytes(), UTF_8);
    assertThat(output.lines().count()).isEqualTo(input.lines().count());
    return jq.waitFor();
  }
}
