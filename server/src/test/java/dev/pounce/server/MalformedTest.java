package dev.pounce.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Http;
import dev.pounce.app.Request;
import dev.pounce.app.Response;
import dev.pounce.server.config.ByteSize;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Malformed requests, each with another request hidden behind it: one refusal, one line in the
 * access log, and the end of the connection. And their good counterparts, each followed by another
 * request, which has to get its own answer.
 */
class MalformedTest {

  private static final String HIDDEN = "GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String NEXT = "GET /next HTTP/1.1\r\nHost: n\r\nConnection: close\r\n\r\n";
  private static final Queue<String> seen = new ConcurrentLinkedQueue<>();

  private static Running server;

  @BeforeAll
  static void start() throws StartupException {
    server =
        Running.serve(
            Http.app(MalformedTest::describe),
            settings ->
                settings
                    .http2(false)
                    .headerTimeout(Duration.ofMinutes(1))
                    .keepAliveTimeout(Duration.ofMinutes(1))
                    .maxHeaderSize(ByteSize.of(Unusual.HEAD_LIMIT)));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void forget() {
    seen.clear();
  }

  private static Response describe(Request request) throws IOException {
    seen.add(request.scope().rawPath());
    String query = request.scope().queryString();
    List<String> fields = new ArrayList<>();
    request
        .headers()
        .forEach(field -> fields.add(field.name().toLowerCase(Locale.ROOT) + "=" + field.value()));
    return Response.bytes(
        "text/plain; charset=iso-8859-1",
        (request.method()
                + " "
                + request.path()
                + (query.isEmpty() ? "" : " ?" + query)
                + " "
                + request.scope().httpVersion()
                + " "
                + fields
                + " "
                + request.text())
            .getBytes(ISO_8859_1));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.pounce.server.Malformed#requests")
  void malformedRequest_isRefusedOnceAndNothingBehindItIsAnswered(
      String name, int status, String request) throws Exception {
    try (RawClient client = server.connect()) {
      client.send(request + HIDDEN);
      RawResponse refusal = client.readResponse();

      assertThat(refusal.status()).isEqualTo(status);
      assertThat(refusal.header("Connection")).contains("close");
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(seen).doesNotContain("/hidden");
      assertLogged(refusal);
    }
  }

  private static void assertLogged(RawResponse refusal) throws InterruptedException {
    String id = refusal.header("X-Request-ID").orElseThrow().substring(0, 12);
    assertThat(server.awaitLogged(line -> line.endsWith("[" + id + "]")))
        .contains("\" " + refusal.status() + " " + refusal.body().length + " ");
  }

  /** Whatever is malformed must not depend on which octet it is. */
  @Test
  void controlCharacterAnywhereInAHead_isRefused() throws Exception {
    String head =
        "POST /bad?q HTTP/1.1\r\nHost: h\r\nX-Field: a value\r\nContent-Length: 5\r\n\r\n";
    List<String> accepted = new ArrayList<>();
    for (char wrong : new char[] {'\r', '\n', '\0'}) {
      for (int at = 0; at < head.length() - 1; at++) {
        String request = head.substring(0, at) + wrong + head.substring(at);
        try (RawClient client = server.connect()) {
          client.send(request + "hello" + HIDDEN);
          if (client.readResponse().status() != 400 || !client.isClosedByServer()) {
            accepted.add("%02x at %d".formatted((int) wrong, at));
          }
        }
      }
    }
    assertThat(accepted).isEmpty();
    assertThat(seen).doesNotContain("/bad", "/hidden");
  }

  @Test
  void octetReplacedAnywhereInAHead_neverUncoversTheHiddenRequest() throws Exception {
    String head = "POST /bad HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    String body = "%x\r\n%s\r\n0\r\n\r\n".formatted(HIDDEN.length(), HIDDEN);
    List<String> surprises = new ArrayList<>();
    for (char other : new char[] {'\r', '\n', '\0', ' ', '\t', '\u000b', '\u00ff', 'x', '0', ':'}) {
      for (int at = 0; at < head.length(); at++) {
        String request = head.substring(0, at) + other + head.substring(at + 1);
        try (RawClient client = server.connect()) {
          client.send(request + body + NEXT);
          if (answers(client) > 2) {
            surprises.add("%02x at %d".formatted((int) other, at));
          }
        }
      }
    }
    assertThat(surprises).isEmpty();
    assertThat(seen).doesNotContain("/hidden");
  }

  private static int answers(RawClient client) throws IOException {
    int count = 0;
    for (RawResponse last = client.readResponse(); ; last = client.readResponse()) {
      count++;
      if (last.header("Connection").orElse("").equals("close")) {
        assertThat(client.isClosedByServer()).isTrue();
        return count;
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.pounce.server.Unusual#requests")
  void unusualButGoodRequest_isServedAndTheNextOneToo(String name, String request, String meaning)
      throws Exception {
    try (RawClient client = server.connect()) {
      client.send(request + NEXT);
      RawResponse answer = client.readResponse();
      RawResponse next = client.readResponse();

      assertThat(latin1(answer)).isEqualTo(meaning);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(latin1(next)).isEqualTo("GET /next 1.1 [host=n, connection=close] ");
      assertThat(client.isClosedByServer()).isTrue();
      assertLogged(answer);
    }
  }

  private static String latin1(RawResponse response) {
    return new String(response.body(), ISO_8859_1);
  }

  @Test
  void emptyLineThatArrivesInParts_isIgnored() throws Exception {
    try (RawClient client = server.connect()) {
      for (String part : List.of("\r", "\n\r", "\n")) {
        client.send(part);

        Quiet.assertFor(Duration.ofMillis(200), client);
      }
      client.send(NEXT);

      assertThat(client.readResponse().status()).isEqualTo(200);
    }
  }

  @Test
  void headThatArrivesOctetByOctet_isServed() throws Exception {
    try (RawClient client = server.connect()) {
      for (char octet : NEXT.toCharArray()) {
        client.send(String.valueOf(octet));
      }

      assertThat(latin1(client.readResponse()))
          .isEqualTo("GET /next 1.1 [host=n, connection=close] ");
    }
  }
}
