package dev.pounce.server;

import static dev.pounce.server.Site.IT;
import static dev.pounce.server.Site.NEXT;
import static dev.pounce.server.Site.assertRight;
import static dev.pounce.server.Site.last;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Headers;
import dev.pounce.app.Http;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Response;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The header fields of a response: the application's, the server's, and what never gets out. */
@Timeout(60)
class ResponseFieldsTest {

  private static Application sending(Supplier<Headers> headers) {
    return Site.of((scope, receive, send) -> {
      send.send(new HttpResponseStart(200, headers.get()));
      send.send(last("x"));
    });
  }

  private static RawResponse responseWith(String... fields) throws Exception {
    try (Running running = Running.serve(sending(() -> Headers.of(fields)));
        RawClient client = running.connect()) {
      return client.send(IT).readResponse();
    }
  }

  @Test
  void fields_ofTheApplication_keepOrderCaseAndRepeats() throws Exception {
    Set<String> ours = Set.of("a-One", "Set-Cookie", "z", "B");
    RawResponse response =
        responseWith("z", "1", "Set-Cookie", "x=1", "B", "", "Set-Cookie", "y=2", "a-One", "3 4");
    assertThat(response.headers().stream().filter(field -> ours.contains(field.name())))
        .containsExactly(
            new RawResponse.Field("z", "1"),
            new RawResponse.Field("Set-Cookie", "x=1"),
            new RawResponse.Field("B", ""),
            new RawResponse.Field("Set-Cookie", "y=2"),
            new RawResponse.Field("a-One", "3 4"));
  }

  @Test
  void fields_upperLatin1AndTab_areSentAsTheyAre() throws Exception {
    assertThat(responseWith("x-note", "\u00e4\t\u00ff").header("x-note"))
        .contains("\u00e4\t\u00ff");
  }

  @Test
  void fields_moreThanABufferHolds_areSentWhole() throws Exception {
    String large = "v".repeat(100_000);
    RawResponse response = responseWith("x-large", large, "x-more", large);
    assertThat(response.header("x-large")).contains(large);
    assertThat(response.header("x-more")).contains(large);
    assertThat(response.text()).isEqualTo("x");
  }

  @Test
  void fields_ofTheRequest_canBeSentBack() throws Exception {
    Application mirror =
        (scope, receive, send) -> {
          Headers back = ((HttpScope) scope).headers().without("host");
          send.send(new HttpResponseStart(200, back));
          send.send(last("x"));
        };
    try (Running running = Running.serve(mirror);
        RawClient client = running.connect()) {
      RawResponse response =
          client.send(Requests.get("/", "X-A: \u00e4 1", "X-a: 2")).readResponse();
      assertThat(response.headers("x-a")).containsExactly("\u00e4 1", "2");
    }
  }

  @Test
  void date_always_isNowAndThereOnce() throws Exception {
    String date = responseWith().header("Date").orElseThrow();
    Instant sent = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    assertThat(Duration.between(sent, Instant.now()).abs()).isLessThan(Duration.ofSeconds(10));
    assertThat(date).matches("\\w{3}, \\d{2} \\w{3} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT");
  }

  @Test
  void date_givenByTheApplication_wins() throws Exception {
    String birthday = "Sun, 06 Nov 1994 08:49:37 GMT";
    assertThat(responseWith("date", birthday).header("Date")).contains(birthday);
    assertThat(responseWith("date", birthday).header("Server")).contains("pounce");
  }

  @Test
  void server_byDefault_isPounce() throws Exception {
    assertThat(responseWith().header("Server")).contains("pounce");
  }

  @Test
  void server_givenByTheApplication_wins() throws Exception {
    RawResponse response = responseWith("SERVER", "mine/1");
    assertThat(response.header("Server")).contains("mine/1");
    assertThat(response.header("Date")).isPresent();
  }

  @Test
  void server_configuredOtherwise_isThat() throws Exception {
    try (Running running =
            Running.serve(sending(Headers::none), settings -> settings.serverHeader("x (y) z"));
        RawClient client = running.connect()) {
      assertThat(client.send(IT).readResponse().header("Server")).contains("x (y) z");
    }
  }

  @Test
  void server_configuredEmpty_isNotThere() throws Exception {
    try (Running running =
            Running.serve(sending(Headers::none), settings -> settings.serverHeader(""));
        RawClient client = running.connect()) {
      RawResponse response = client.send(IT).readResponse();
      assertThat(response.header("Server")).isEmpty();
      assertThat(response.header("Date")).isPresent();
      assertThat(response.header("X-Request-ID")).isPresent();
    }
  }

  @Test
  void requestId_ofTheResponse_isThereOnceAndThatOfTheScope() throws Exception {
    Application app =
        Http.app(request -> Response.text(request.id()).header("X-Request-ID", "forged"));
    try (Running running = Running.serve(app);
        RawClient client = running.connect()) {
      RawResponse response = client.send(IT).readResponse();
      assertThat(response.header("X-Request-ID")).contains(response.text());
      assertThat(response.text()).matches("[0-9a-f]{32}");
    }
  }

  @Test
  void requestId_ofTwoServersInOneProcess_isNeverTheSame() throws Exception {
    assertThat(
            List.of(responseWith().header("X-Request-ID"), responseWith().header("X-Request-ID")))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(strings = {"close", "Close", "CLOSE", "x-mine, close", "close , x-mine"})
  void connection_closeByTheApplication_isObeyed(String option) throws Exception {
    try (Running running = Running.serve(sending(() -> Headers.of("Connection", option)));
        RawClient client = running.connect()) {
      RawResponse response = client.send(IT + NEXT).readResponse();
      assertThat(response.header("Connection")).contains("close");
      assertThat(response.text()).isEqualTo("x");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void connection_closeInASecondField_isObeyed() throws Exception {
    RawResponse response = responseWith("Connection", "x-mine", "connection", "close");
    assertThat(response.header("Connection")).contains("close");
  }

  @ParameterizedTest
  @ValueSource(strings = {"keep-alive", "x-mine", "upgrade", "closed", ""})
  void connection_otherOptionsOfTheApplication_areLeftOut(String option) throws Exception {
    try (Running running = Running.serve(sending(() -> Headers.of("Connection", option)));
        RawClient client = running.connect()) {
      assertThat(client.send(IT).readResponse().header("Connection")).isEmpty();
      assertRight(client.send(NEXT).readResponse());
    }
  }

  @Test
  void connection_fieldsOfTheConnectionByTheApplication_areLeftOut() throws Exception {
    RawResponse response =
        responseWith(
            "Transfer-Encoding", "gzip, chunked",
            "transfer-encoding", "chunked",
            "Keep-Alive", "timeout=99",
            "Upgrade", "h2c",
            "Trailer", "x",
            "x-kept", "1");
    assertThat(response.header("Transfer-Encoding")).isEmpty();
    assertThat(response.header("Keep-Alive")).isEmpty();
    assertThat(response.header("Upgrade")).isEmpty();
    assertThat(response.header("Trailer")).isEmpty();
    assertThat(response.header("Content-Length")).contains("1");
    assertThat(response.header("x-kept")).contains("1");
  }

  /** Every public way to make headers, with something bad in a name or a value. */
  static Stream<Named<Supplier<Headers>>> waysToSmuggle() {
    return Stream.of("\r\n", "\n", "\r", "\0", "\r\n\r\n")
        .map(end -> "a" + end + "X-Evil: 1")
        .flatMap(bad ->
            Stream.of(
                way("of, value", bad, () -> Headers.of("x-a", bad)),
                way("of, name", bad, () -> Headers.of("x-a", "1", bad, "2")),
                way("with", bad, () -> Headers.none().with("x-a", bad)),
                way("replace", bad, () -> Headers.of("x-a", "1").replace("x-a", bad)),
                way("header", bad, () -> Response.text("x").header("x-a", bad).headers()),
                way("bytes", bad, () -> Response.bytes(bad, new byte[0]).headers()),
                way("stream", bad, () -> Response.stream(bad, out -> {}).headers()),
                way("wire, value", bad, () -> wire("x-a", bad)),
                way("wire, name", bad, () -> wire(bad, "1")),
                way("wire, then with", bad, () -> wire("x-a", bad).with("x-b", "2")),
                way("without", bad, () -> wire("x-b", "1", "x-a", bad).without("x-b"))));
  }

  private static Named<Supplier<Headers>> way(String name, String bad, Supplier<Headers> way) {
    return Named.of(name + ": " + bad, way);
  }

  private static Headers wire(String... namesAndValues) {
    StringBuilder block = new StringBuilder();
    int[] spans = new int[2 * namesAndValues.length];
    for (int i = 0; i < namesAndValues.length; i++) {
      spans[2 * i] = block.length();
      block.append(namesAndValues[i]);
      spans[2 * i + 1] = block.length();
    }
    return Headers.wire(block.toString().getBytes(ISO_8859_1), spans);
  }

  @ParameterizedTest
  @MethodSource("waysToSmuggle")
  void fields_lineBreakOrNul_nothingOfThemReachesTheWire(Supplier<Headers> headers)
      throws Exception {
    try (ServerLog log = ServerLog.open();
        Running running = Running.serve(sending(headers));
        RawClient client = running.connect()) {
      RawResponse response = client.send(IT + NEXT).readResponse();
      assertThat(response.status()).isEqualTo(500);
      assertThat(response.toString()).doesNotContainIgnoringCase("evil").doesNotContain("x-a");
      assertRight(client.readResponse());
      assertThat(Site.awaitError(log).getThrown()).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
