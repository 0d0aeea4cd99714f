package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static dev.pounce.server.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Http;
import dev.pounce.app.Request;
import dev.pounce.app.Response;
import dev.pounce.observe.log.LogFormat;
import dev.pounce.server.config.Builder;
import dev.pounce.server.config.ByteSize;
import dev.pounce.server.config.Network;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The request ID: in the response, in the scope, in the access log; and whose word is taken. */
@Timeout(60)
class RequestIdTest {

  private static final String UUID4 = "[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}";
  private static final List<Network> LOOPBACK = List.of(Network.parse("127.0.0.1"));

  private static Running serve(Consumer<Builder> settings) throws StartupException {
    return Running.serve(
        Http.app(RequestIdTest::handle),
        builder -> {
          builder.healthCheckPath("/health");
          builder.requestTimeout(Duration.ofSeconds(1)).headerTimeout(Duration.ofSeconds(1));
          builder.maxRequestSize(ByteSize.of(100)).maxHeaders(20);
          settings.accept(builder);
        });
  }

  private static Response handle(Request request) throws Exception {
    return switch (request.path()) {
      case "/missing" -> Response.text("missing").status(404);
      case "/empty" -> Response.empty(204);
      case "/unchanged" -> Response.empty(304);
      case "/stream" -> Response.stream("text/plain", OutputStream::flush);
      case "/body" -> Response.text(request.text());
      case "/own" -> Response.text("own").header("X-Request-ID", "of-the-application");
      case "/raise" -> throw new IllegalStateException("raised by the test");
      case "/slow" -> {
        new CountDownLatch(1).await();
        yield Response.text("never");
      }
      default -> Response.text(String.valueOf(request.scope().extensions().get("request_id")));
    };
  }

  static Stream<Arguments> everyKindOfResponse() {
    return Stream.of(
        Arguments.of(200, get("/")),
        Arguments.of(200, get("/").replace("GET", "HEAD")),
        Arguments.of(200, get("/stream")),
        Arguments.of(200, get("/own")),
        Arguments.of(200, "GET / HTTP/1.0\r\n\r\n"),
        Arguments.of(200, get("/health")),
        Arguments.of(204, get("/empty")),
        Arguments.of(304, get("/unchanged")),
        Arguments.of(400, "GET / HTTP/1.1\r\n\r\n"),
        Arguments.of(400, "nonsense\r\n\r\n"),
        Arguments.of(
            400, "POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"),
        Arguments.of(404, get("/missing")),
        Arguments.of(405, post("/health", "")),
        Arguments.of(408, "GET / HTTP/1.1\r\nHo"),
        Arguments.of(413, post("/", "x".repeat(101))),
        Arguments.of(414, get("/" + "x".repeat(9000))),
        Arguments.of(417, get("/", "Expect: cake")),
        Arguments.of(431, get("/", "X: y\r\n".repeat(21).strip())),
        Arguments.of(500, get("/raise")),
        Arguments.of(501, get("/", "Transfer-Encoding: gzip, chunked")),
        Arguments.of(504, get("/slow")),
        Arguments.of(505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n"));
  }

  @ParameterizedTest
  @MethodSource("everyKindOfResponse")
  void response_ofEveryKind_hasOneIdAndSoHasItsLogLine(int status, String request)
      throws Exception {
    try (ServerLog log = ServerLog.open();
        Running server = serve(settings -> {});
        RawClient client = server.connect().send(request)) {
      RawResponse head = client.readHead();
      assertThat(head.status()).isEqualTo(status);
      String id = head.header("X-Request-ID").orElseThrow();
      assertThat(id).matches(UUID4);
      if (request.contains("/health")) {
        assertThat(server.logged()).isEmpty();
      } else {
        assertThat(server.awaitLogged("\" " + status + " "))
            .endsWith("ms [" + id.substring(0, 12) + "]");
      }
      if (status == 500 || status == 504) {
        Await.until(
            "the server says what happened to " + id,
            () -> log.messages().stream().anyMatch(message -> message.contains(id)));
      }
    }
  }

  @Test
  void response_tooManyConnections_hasAnId() throws Exception {
    try (Running server = serve(settings -> settings.maxConnections(1));
        RawClient first = server.connect().send(get("/"));
        RawClient second = server.connect().send(get("/refused"))) {
      assertThat(first.readResponse().status()).isEqualTo(200);
      RawResponse refused = second.readResponse();
      assertThat(refused.status()).isEqualTo(503);
      String id = refused.header("X-Request-ID").orElseThrow();
      assertThat(id).matches(UUID4);
      assertThat(server.awaitLogged("/refused")).endsWith("[" + id.substring(0, 12) + "]");
    }
  }

  @Test
  void ids_ofManyRequestsOnManyConnections_areAllDifferent() throws Exception {
    Set<String> ids = new HashSet<>();
    try (Running server = serve(settings -> {})) {
      for (int i = 0; i < 50; i++) {
        try (RawClient client = server.connect().send(get("/").repeat(20))) {
          for (int k = 0; k < 20; k++) {
            RawResponse response = client.readResponse();
            assertThat(response.header("X-Request-ID")).contains(response.text());
            ids.add(response.text());
          }
        }
      }
    }
    assertThat(ids).hasSize(1000).allMatch(id -> id.matches(UUID4));
  }

  @ParameterizedTest
  @EnumSource
  void id_isTheSameInScopeResponseAndLog(LogFormat format) throws Exception {
    try (Running server = serve(settings -> settings.logFormat(format));
        RawClient client = server.connect().send(get("/"))) {
      RawResponse response = client.readResponse();
      String id = response.header("X-Request-ID").orElseThrow();
      assertThat(response.text()).isEqualTo(id);
      assertThat(server.awaitLogged("GET"))
          .endsWith(
              switch (format) {
                case TEXT -> "ms [" + id.substring(0, 12) + "]";
                case JSON -> "\"request_id\":\"" + id + "\"}";
              });
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "short",
        "6f2b7c1e-9d3a-4f58-b0c1-d2e3f4a5b6c7",
        "Root=1-67891233-abcdef012345678912345678",
        "0123456789012345678901234567890123456789012345678901234567890123"
            + "0123456789012345678901234567890123456789012345678901234567890123"
      })
  void adoption_saneTokenFromATrustedPeer_isTheId(String sent) throws Exception {
    for (LogFormat format : LogFormat.values()) {
      try (Running server = serve(s -> s.trustedHosts(LOOPBACK).logFormat(format));
          RawClient client = server.connect().send(get("/", "X-Request-ID: " + sent))) {
        RawResponse response = client.readResponse();
        assertThat(response.header("X-Request-ID")).contains(sent);
        assertThat(response.text()).isEqualTo(sent);
        assertThat(server.awaitLogged("GET"))
            .endsWith(
                switch (format) {
                  case TEXT -> "[" + sent.substring(0, Math.min(12, sent.length())) + "]";
                  case JSON -> "\"request_id\":\"" + sent + "\"}";
                });
      }
    }
  }

  @Test
  void adoption_refusalAndBuiltIn_carryTheSentIdToo() throws Exception {
    try (Running server = serve(settings -> settings.trustedHosts(LOOPBACK));
        RawClient client = server.connect()) {
      client.send(get("/health", "X-Request-ID: probe-1"));
      assertThat(client.readResponse().header("X-Request-ID")).contains("probe-1");
      client.send(post("/", "x".repeat(101), "X-Request-ID: large-1"));
      RawResponse refused = client.readResponse();
      assertThat(refused.status()).isEqualTo(413);
      assertThat(refused.header("X-Request-ID")).contains("large-1");
      assertThat(server.awaitLogged(" 413 ")).endsWith("[large-1]");
    }
  }

  @Test
  void adoption_doesNotOutliveItsRequest() throws Exception {
    try (Running server = serve(settings -> settings.trustedHosts(LOOPBACK));
        RawClient client = server.connect()) {
      client.send(get("/", "X-Request-ID: first") + get("/"));
      assertThat(client.readResponse().header("X-Request-ID")).contains("first");
      assertThat(client.readResponse().header("X-Request-ID").orElseThrow()).matches(UUID4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10.0.0.0/8", "127.0.0.2", "::1"})
  void adoption_peerIsNotTrusted_isNotDone(String trusted) throws Exception {
    List<Network> networks = trusted.isEmpty() ? List.of() : List.of(Network.parse(trusted));
    try (Running server = serve(settings -> settings.trustedHosts(networks));
        RawClient client = server.connect().send(get("/", "X-Request-ID: spoofed"))) {
      RawResponse response = client.readResponse();
      assertThat(response.header("X-Request-ID").orElseThrow()).matches(UUID4);
      assertThat(response.text()).matches(UUID4);
      assertThat(server.awaitLogged("GET")).doesNotContain("spoofed");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a b",
        "a\tb",
        "a,b",
        "a;b",
        "a\"b",
        "a\\b",
        "<script>",
        "\u00e9",
        "\u00ff\u00fe",
        "%0d%0aX-Evil:%201",
        "a\\r\\nX-Evil: 1",
        "0123456789012345678901234567890123456789012345678901234567890123"
            + "01234567890123456789012345678901234567890123456789012345678901234"
      })
  void adoption_notASaneToken_isNotDone(String sent) throws Exception {
    try (Running server =
            serve(s -> s.trustedHosts(LOOPBACK).logFormat(LogFormat.JSON).maxHeaders(100));
        RawClient client = server.connect().send(get("/", "X-Request-ID: " + sent))) {
      RawResponse response = client.readResponse();
      String id = response.header("X-Request-ID").orElseThrow();
      assertThat(id).matches(UUID4);
      assertThat(response.text()).isEqualTo(id);
      assertThat(response.header("X-Evil")).isEmpty();
      assertThat(server.awaitLogged("GET")).endsWith("\"request_id\":\"" + id + "\"}");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\rX-Evil: 1",
        "a\nX-Evil: 1",
        "a\r\n X-Evil: 1",
        "a\r\n\tX-Evil: 1",
        "a\0b",
        "a\u001bb",
        "a\u007fb"
      })
  void adoption_attemptToSplitTheResponse_isRefusedWithNothingOfIt(String sent) throws Exception {
    try (Running server = serve(settings -> settings.trustedHosts(LOOPBACK));
        RawClient client = server.connect().send(get("/", "X-Request-ID: " + sent))) {
      RawResponse response = client.readResponse();
      assertThat(response.status()).isEqualTo(400);
      // the line before a fold is whole, and its "a" harmless
      assertThat(response.header("X-Request-ID").orElseThrow()).matches("a|" + UUID4);
      assertThat(response.toString()).doesNotContainIgnoringCase("evil");
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(server.awaitLogged(" 400 ")).doesNotContainIgnoringCase("evil");
    }
  }

  @Test
  void adoption_anotherFieldBehindIt_staysARequestField() throws Exception {
    try (Running server = serve(settings -> settings.trustedHosts(LOOPBACK));
        RawClient client = server.connect().send(get("/", "X-Request-ID: sane\r\nX-Evil: 1"))) {
      RawResponse response = client.readResponse();
      assertThat(response.header("X-Request-ID")).contains("sane");
      assertThat(response.header("X-Evil")).isEmpty();
    }
  }
}
