package dev.pounce.server.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.pounce.app.Headers;
import dev.pounce.server.config.ByteSize;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.exchange.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a head means, and that it means the same however it arrives: whole, octet by octet, or in
 * two parts, wherever it is parted.
 */
class HeadTest {

  private static final int LINE = 64;
  private static final int FIELD = 72;
  private static final int TOTAL = 240;
  private static final int COUNT = 8;
  private static final ServerConfig CONFIG =
      ServerConfig.builder()
          .maxRequestLine(ByteSize.of(LINE))
          .maxHeaderLine(ByteSize.of(FIELD))
          .maxHeaderSize(ByteSize.of(TOTAL))
          .maxHeaders(COUNT)
          .build();
  private static final String INCOMPLETE = "incomplete";
  private static final int RANDOM_HEADS = 20_000;

  static Stream<Arguments> goodHeads() {
    return Stream.of(
        arguments("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / 1.1 {Host: a}"),
        arguments("GET / HTTP/1.1\r\nHost:a\r\n\r\n", "GET / 1.1 {Host: a}"),
        arguments("GET / HTTP/1.1\r\nHost: \t a \t \r\n\r\n", "GET / 1.1 {Host: a}"),
        arguments("GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET / 1.1 {Host: }"),
        arguments("GET / HTTP/1.1\r\nHost: \t \r\n\r\n", "GET / 1.1 {Host: }"),
        arguments("GET / HTTP/1.1\r\nhOST: [::1]:80\r\n\r\n", "GET / 1.1 {hOST: [::1]:80}"),
        arguments("GET / HTTP/1.0\r\n\r\n", "GET / 1.0 {} close"),
        arguments(
            "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
            "GET / 1.0 {Connection: Keep-Alive}"),
        arguments("GET / HTTP/1.7\r\nHost: a\r\n\r\n", "GET / 1.1 {Host: a}"),
        arguments(
            "GET /a%20b?c=%zz HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a%20b ?c=%zz 1.1 {Host: a}"),
        arguments("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * 1.1 {Host: a}"),
        arguments("GET http://b:8/c HTTP/1.1\r\nHost: a\r\n\r\n", "GET /c 1.1 {host: b:8}"),
        arguments(
            "!#$%&'*+-.^_`|~z9 / HTTP/1.1\r\nHost: a\r\n\r\n", "!#$%&'*+-.^_`|~z9 / 1.1 {Host: a}"),
        arguments(
            "GET / HTTP/1.1\r\nHost: a\r\nX: \u00e9\u00ff \"b\"\t,;\r\nX: 2\r\n\r\n",
            "GET / 1.1 {Host: a, X: \u00e9\u00ff \"b\"\t,;, X: 2}"),
        arguments(
            "GET / HTTP/1.1\r\nHost: a\r\nX:\r\nY: :\r\n\r\n", "GET / 1.1 {Host: a, X: , Y: :}"),
        arguments(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
            "POST / 1.1 {Host: a, Content-Length: 5} length 5"),
        arguments(
            "POST / HTTP/1.1\r\nHost: a\r\ncontent-length:0005\r\n\r\n",
            "POST / 1.1 {Host: a, content-length: 0005} length 5"),
        arguments(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\t\r\n\r\n0\r\n\r\n",
            "POST / 1.1 {Host: a, Transfer-Encoding: Chunked} length -1"),
        arguments(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-Continue\r\n\r\n",
            "POST / 1.1 {Host: a, Content-Length: 1, Expect: 100-Continue} length 1 expect"),
        arguments(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: te , CLOSE\r\n\r\n",
            "GET / 1.1 {Host: a, Connection: te , CLOSE} close"),
        arguments(
            "GET / HTTP/1.1\r\nHost: a\r\nX-Request-ID: id-1\r\n\r\n",
            "GET / 1.1 {Host: a, X-Request-ID: id-1} id id-1"),
        arguments(
            "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: b\r\n\r\n",
            "GET / 1.1 {Host: a, X-Forwarded-For: b} proxied"),
        arguments(
            "GET / HTTP/1.1\r\nHost: a\r\nForwarded: for=b\r\n\r\n",
            "GET / 1.1 {Host: a, Forwarded: for=b} proxied"),
        arguments("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\n", "GET / 1.1 {Host: a}"),
        arguments(lineOf(LINE) + "\r\nHost: a\r\n\r\n", path(LINE) + " 1.1 {Host: a}"),
        arguments(
            "GET / HTTP/1.1\r\nHost: a\r\n" + fieldOf(FIELD) + "\r\n\r\n",
            "GET / 1.1 {Host: a, " + fieldOf(FIELD) + "}"),
        arguments(headOf(TOTAL), headText(TOTAL)),
        arguments(headOf(TOTAL) + "body", headText(TOTAL)),
        arguments(
            "GET / HTTP/1.1\r\nHost: a\r\n" + "X: 1\r\n".repeat(COUNT - 1) + "\r\n",
            "GET / 1.1 {Host: a" + ", X: 1".repeat(COUNT - 1) + "}"));
  }

  static Stream<Arguments> badHeads() {
    return Stream.of(
        arguments(400, "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(400, " GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(400, "GET /  HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(400, "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(400, "GET /\tHTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(400, "GET /\r\n"),
        arguments(400, "GET\r\n"),
        arguments(400, "G@T / HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(400, "G\u00c9T / HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(400, "GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(400, "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(400, "GET /#f HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(400, "GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(400, "GET /\u007f HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(400, "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(501, "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(400, "GET / http/1.1\r\nHost: a\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1x\r\nHost: a\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
        arguments(400, "GET / HTTP/1.\r\nHost: a\r\n\r\n"),
        arguments(400, "GET / HTTP/11\r\nHost: a\r\n\r\n"),
        arguments(400, "GET / HTTP/1,1\r\nHost: a\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\nHost: a\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\rHost: a\r\n\r\n"),
        arguments(505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
        arguments(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        arguments(505, "GET / HTTP/0.9\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
        arguments(400, "GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\r\nHost: a\r\n\tX: b\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\r\nHost\t: a\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\r\nHost: a\r\nX(y): b\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\r\nHost: a\r\nX\u00e9: b\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\r\nHost: a\r\nX: b\u000bc\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\r\nHost: a\r\n\rX: b\r\n\r\n"),
        arguments(400, "GET / HTTP/1.1\r\nHost: a\r\n\n\r\n"),
        arguments(400, post("Content-Length: 5\r\nContent-Length: 5")),
        arguments(400, post("Content-Length: 5\r\nContent-Length: 6")),
        arguments(400, post("Content-Length: 5, 5")),
        arguments(400, post("Content-Length: -5")),
        arguments(400, post("Content-Length: +5")),
        arguments(400, post("Content-Length: 0x5")),
        arguments(400, post("Content-Length: 5 5")),
        arguments(400, post("Content-Length:")),
        arguments(413, post("Content-Length: 99999999999999999999")),
        arguments(400, post("Content-Length: 5\r\nTransfer-Encoding: chunked")),
        arguments(400, post("Transfer-Encoding: chunked\r\nContent-Length: 5")),
        arguments(400, post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")),
        arguments(400, post("Transfer-Encoding: gzip")),
        arguments(400, post("Transfer-Encoding: chunked, gzip")),
        arguments(501, post("Transfer-Encoding: gzip, chunked")),
        arguments(400, post("Transfer-Encoding: xchunked")),
        arguments(400, post("Transfer-Encoding: \"chunked\"")),
        arguments(400, post("Transfer-Encoding: chunked,")),
        arguments(400, post("Transfer-Encoding:")),
        arguments(400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        arguments(417, post("Expect: the-unexpected")),
        arguments(414, lineOf(LINE + 1) + "\r\nHost: a\r\n\r\n"),
        arguments(414, lineOf(4 * LINE)),
        arguments(414, "GET /" + "a".repeat(LINE)),
        arguments(414, "G".repeat(LINE + 1)),
        arguments(431, "GET / HTTP/1.1\r\nHost: a\r\n" + fieldOf(FIELD + 1) + "\r\n\r\n"),
        arguments(431, "GET / HTTP/1.1\r\nHost: a\r\n" + "x".repeat(FIELD + 1)),
        arguments(431, "GET / HTTP/1.1\r\nHost: a\r\nX:" + " ".repeat(FIELD)),
        arguments(431, headOf(TOTAL + 1)),
        arguments(
            431,
            "GET / HTTP/1.1\r\nHost: a\r\n"
                + (fieldOf(FIELD - 2) + "\r\n").repeat(2)
                + fieldOf(FIELD)),
        arguments(431, "GET / HTTP/1.1\r\nHost: a\r\n" + "X: 1\r\n".repeat(COUNT) + "\r\n"));
  }

  private static String post(String fields) {
    return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  }

  /** A request line of so many octets. */
  private static String lineOf(int length) {
    return path(length) + " HTTP/1.1";
  }

  private static String path(int length) {
    return "GET /" + "p".repeat(length - "GET / HTTP/1.1".length());
  }

  /** A header line of so many octets. */
  private static String fieldOf(int length) {
    return "X: " + "v".repeat(length - 3);
  }

  /** A head of so many octets, from the first of the request line to the last line feed. */
  private static String headOf(int length) {
    String head = "GET / HTTP/1.1\r\nHost: a\r\n";
    String more = fieldOf(FIELD - 2) + "\r\n";
    int left = length - head.length() - 2 - 2 * FIELD;
    return head + more + more + fieldOf(left - 2) + "\r\n\r\n";
  }

  private static String headText(int length) {
    String fields = headOf(length).substring("GET / HTTP/1.1\r\n".length()).strip();
    return "GET / 1.1 {" + fields.replace("\r\n", ", ") + "}";
  }

  @ParameterizedTest
  @MethodSource("goodHeads")
  void parse_goodHead_saysWhatItMeans(String octets, String meaning) {
    assertThat(outcome(octets, octets.length())).isEqualTo(meaning);
  }

  @ParameterizedTest
  @MethodSource("goodHeads")
  void parse_partOfAGoodHead_waitsForMore(String octets, String meaning) {
    int length = octets.indexOf("\r\n\r\n") + 4;
    for (int part = 0; part < length; part++) {
      assertThat(outcome(octets.substring(0, part), part)).isEqualTo(INCOMPLETE);
    }
  }

  @ParameterizedTest
  @MethodSource("badHeads")
  void parse_badHead_isRefused(int status, String octets) {
    assertThat(outcome(octets, octets.length())).startsWith(status + " ");
  }

  @ParameterizedTest
  @MethodSource("goodHeads")
  void parse_goodHeadInParts_meansTheSame(String octets, String meaning) {
    assertSameHoweverFed(octets);
  }

  @ParameterizedTest
  @MethodSource("badHeads")
  void parse_badHeadInParts_isRefusedForTheSameReason(int status, String octets) {
    assertSameHoweverFed(octets);
  }

  @Test
  void parse_anyHeadInParts_meansTheSameOrIsRefused() {
    Random random = new Random(20260201);
    for (int i = 0; i < RANDOM_HEADS; i++) {
      String octets = randomHead(random);
      int[] parts = {random.nextInt(octets.length() + 1), random.nextInt(octets.length() + 1)};
      Arrays.sort(parts);
      String whole = accepted(outcome(octets, octets.length()));
      assertThat(accepted(outcome(octets, parts[0], parts[1], octets.length())))
          .as("%s in parts at %s", quoted(octets), Arrays.toString(parts))
          .isEqualTo(whole);
      assertThat(accepted(outcome(octets, octetByOctet(octets))))
          .as("%s octet by octet", quoted(octets))
          .isEqualTo(whole);
    }
  }

  /** What is both too large and malformed is refused for the one or the other. */
  private static String accepted(String outcome) {
    return outcome.matches("\\d{3} .*") ? "refused" : outcome;
  }

  @Test
  void parse_afterReset_knowsNothingOfTheLastHead() throws Refusal {
    Head head = new Head(CONFIG);
    for (Arguments example : goodHeads().toList()) {
      byte[] octets = ((String) example.get()[0]).getBytes(ISO_8859_1);
      head.reset();

      assertThat(head.parse(octets, 0, octets.length)).isTrue();
      assertThat(meaning(head, octets, 0)).isEqualTo(example.get()[1]);
    }
  }

  @Test
  void parse_afterRefusals_knowsNothingOfThem() throws Refusal {
    Head head = new Head(CONFIG);
    byte[] good = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1);
    for (Arguments example : badHeads().toList()) {
      byte[] octets = ((String) example.get()[1]).getBytes(ISO_8859_1);
      head.reset();
      refusalOf(head, octets);
      head.reset();

      assertThat(head.parse(good, 0, good.length)).isTrue();
      assertThat(meaning(head, good, 0)).isEqualTo("GET /a 1.1 {Host: a}");
    }
  }

  @Test
  void line_ofAHeadRefusedInItsFields_isWhatWasAskedFor() {
    Head head = new Head(CONFIG);
    head.reset();
    refusalOf(head, "PUT /a?b HTTP/1.0\r\nX : 1\r\n\r\n".getBytes(ISO_8859_1));

    assertThat(head.line().method()).isEqualTo("PUT");
    assertThat(head.line().rawPath()).isEqualTo("/a");
    assertThat(head.line().httpVersion()).isEqualTo("1.0");
  }

  @Test
  void line_ofARefusedRequestLine_isNotThatOfTheRequestBefore() throws Refusal {
    Head head = new Head(CONFIG);
    byte[] good = "PUT /secret?q HTTP/1.0\r\n\r\n".getBytes(ISO_8859_1);
    head.reset();
    head.parse(good, 0, good.length);
    head.reset();
    refusalOf(head, "GET /secret?q HTTP/9\r\n\r\n".getBytes(ISO_8859_1));

    assertThat(head.line().method()).isEqualTo("-");
    assertThat(head.line().rawPath()).isEqualTo("-");
    assertThat(head.line().queryString()).isEmpty();
    assertThat(head.line().httpVersion()).isEqualTo("1.1");
  }

  @Test
  void headers_staysTrueWhenTheBufferIsUsedAgain() throws Refusal {
    Head head = new Head(CONFIG);
    byte[] octets = "GET / HTTP/1.1\r\nHost: a\r\nX: one\r\n\r\n".getBytes(ISO_8859_1);
    head.reset();
    head.parse(octets, 0, octets.length);
    Headers headers = head.headers(octets, 0);
    Arrays.fill(octets, (byte) '?');
    head.reset();

    assertThat(headers).isEqualTo(Headers.of("host", "a", "x", "one"));
  }

  private static void refusalOf(Head head, byte[] octets) {
    try {
      assertThat(head.parse(octets, 0, octets.length)).as("complete").isFalse();
    } catch (Refusal expected) {
      assertThat(expected.status()).isBetween(400, 599);
    }
  }

  private static void assertSameHoweverFed(String octets) {
    String whole = outcome(octets, octets.length());
    assertThat(outcome(octets, octetByOctet(octets))).as("octet by octet").isEqualTo(whole);
    for (int part = 0; part < octets.length(); part++) {
      assertThat(outcome(octets, part, octets.length())).as("parted at " + part).isEqualTo(whole);
    }
  }

  private static int[] octetByOctet(String octets) {
    int[] ends = new int[octets.length()];
    Arrays.setAll(ends, i -> i + 1);
    return ends;
  }

  /**
   * What becomes of a head of which first so many octets are there, then so many. Each time it lies
   * somewhere else, and behind it lies what must not be looked at.
   */
  private static String outcome(String octets, int... ends) {
    Head head = new Head(CONFIG);
    head.reset();
    for (int i = 0; i < ends.length; i++) {
      int from = i % 5;
      byte[] arrived = octets.substring(0, ends[i]).getBytes(ISO_8859_1);
      byte[] buffer = new byte[from + arrived.length + 8];
      Arrays.fill(buffer, (byte) "\r\n :a".charAt(i % 5));
      System.arraycopy(arrived, 0, buffer, from, arrived.length);
      try {
        if (head.parse(buffer, from, from + arrived.length)) {
          return meaning(head, buffer, from);
        }
      } catch (Refusal e) {
        return e.status() + " " + e.reason();
      }
    }
    return INCOMPLETE;
  }

  private static String meaning(Head head, byte[] octets, int from) {
    List<String> fields = new ArrayList<>();
    head.headers(octets, from).forEach(field -> fields.add(field.name() + ": " + field.value()));
    String query = head.line().queryString();
    String id = head.requestId(octets, from);
    Framing framing = head.framing();
    return head.line().method()
        + " "
        + head.line().rawPath()
        + (query.isEmpty() ? "" : " ?" + query)
        + (head.http10() ? " 1.0 " : " 1.1 ")
        + "{"
        + String.join(", ", fields)
        + "}"
        + (framing.length() == 0 ? "" : " length " + framing.length())
        + (framing.close() ? " close" : "")
        + (framing.expectContinue() ? " expect" : "")
        + (id == null ? "" : " id " + id)
        + (head.proxied() ? " proxied" : "");
  }

  private static String quoted(String octets) {
    return octets.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t");
  }

  /** Mostly right, sometimes wrong in a place or two, and often as large as the limits. */
  private static String randomHead(Random random) {
    StringBuilder head = new StringBuilder();
    head.append(pick(random, "GET", "POST", "OPTIONS", "CONNECT", "g")).append(' ');
    head.append(pick(random, "/", "*", "/a?b=%", "http://h/p", "/%41", path(LINE).substring(4)));
    head.append(pick(random, " HTTP/1.1", " HTTP/1.1", " HTTP/1.0", " HTTP/2.0")).append("\r\n");
    for (int fields = random.nextInt(COUNT + 2); fields > 0; fields--) {
      head.append(
          pick(
              random,
              "Host: a",
              "Content-Length: 7",
              "Transfer-Encoding: chunked",
              "Connection: close",
              "Expect: 100-continue",
              "X: " + "v".repeat(random.nextInt(FIELD)),
              "x".repeat(1 + random.nextInt(FIELD)) + ":",
              "X-Request-ID: q"));
      head.append("\r\n");
    }
    head.append("\r\n");
    for (int wrong = random.nextInt(3); wrong > 0; wrong--) {
      int at = random.nextInt(head.length());
      head.replace(
          at,
          at + random.nextInt(2),
          pick(random, "\r", "\n", "\0", " ", "\t", ":", "\u00e9", "\r\n", "a", "/", ""));
    }
    return head.toString();
  }

  private static String pick(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
