package dev.pounce.server.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.RequestLine;
import dev.pounce.server.http2.hpack.CompressionException;
import dev.pounce.server.http2.hpack.Decoder;
import dev.pounce.server.http2.hpack.Field;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestHeadTest {

  private static final String RIGHT =
      ":method: GET | :scheme: https | :path: /a?b | :authority: h:1";

  private final Decoder decoder = new Decoder(1 << 20);
  private final RequestHead head = new RequestHead(ServerConfig.defaults());

  /** Takes fields in that are parted by bars. */
  private RequestHead take(String fields) {
    head.reset(false);
    for (String field : fields.split(" \\| ", -1)) {
      int colon = field.indexOf(':', 1);
      add(field.substring(0, colon), field.substring(colon + 1).strip());
    }
    return head;
  }

  private void add(String name, String value) {
    byte[] block = Fields.only(name, value).octets();
    try {
      decoder.decode(block, 0, block.length, head);
    } catch (CompressionException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void line_ofARightOne_isWhatIsAskedFor() throws Refusal {
    RequestLine line = take(RIGHT + " | x: y").line();
    assertThat(line.method()).isEqualTo("GET");
    assertThat(line.rawPath()).isEqualTo("/a");
    assertThat(line.queryString()).isEqualTo("b");
    assertThat(line.httpVersion()).isEqualTo("2");
    List<String> fields = new ArrayList<>();
    head.headers().forEach(field -> fields.add(field.name() + ": " + field.value()));
    assertThat(fields).containsExactly("host: h:1", "x: y");
    assertThat(head.length()).isEqualTo(-1);
    assertThat(head.expectContinue()).isFalse();
    assertThat(head.proxied()).isFalse();
    assertThat(head.requestId()).isNull();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "x: y; 400; no :method",
        ":method: GET | :path: /; 400; no :scheme",
        ":method: GET | :scheme: ; 400; no :scheme",
        ":method: GET | :scheme: http; 400; no :path",
        ":method: GET | :scheme: http | :path: ; 400; no :path",
        ":method: G T | :scheme: http | :path: /; 400; malformed :method",
        ":method:  | :scheme: http | :path: /; 400; malformed :method",
        ":method: GET | :scheme: http | :path: a; 400; malformed :path",
        ":method: GET | :scheme: http | :path: /a b; 400; malformed :path",
        ":method: GET | :scheme: http | :path: /a#b; 400; malformed :path",
        ":method: GET | :scheme: http | :path: /ä; 400; malformed :path",
        ":method: GET | :scheme: http | :path: *; 400; malformed :path",
        ":method: GET | :scheme: http | :path: http://h/; 400; malformed :path",
        ":method: GET | :scheme: http | :path: /; 400; no :authority",
        ":method: GET | :scheme: http | :path: / | :authority: ; 400; no :authority",
        ":method: GET | :scheme: http | :path: / | host: ; 400; no :authority",
        ":method: GET | :scheme: http | :path: / | :authority: a@b; 400; malformed :authority",
        ":method: GET | :scheme: http | :path: / | :authority: a/b; 400; malformed :authority",
        ":method: GET | :scheme: http | :path: / | host: a, b; 400; malformed :authority",
        ":method: GET | :scheme: http | :path: / | :authority: a | host: b; 400; Host and :authority differ",
        ":method: GET | :method: GET; 400; more than one :method",
        ":path: / | :path: /; 400; more than one :path",
        ":scheme: http | :scheme: http; 400; more than one :scheme",
        ":authority: a | :authority: a; 400; more than one :authority",
        "host: a | host: a; 400; more than one host",
        ":status: 200; 400; unknown pseudo-header field",
        "x: y | :method: GET; 400; pseudo-header field behind header fields",
        "X: y; 400; malformed header field",
        "connection: close; 400; connection is not for HTTP/2",
        "keep-alive: 1; 400; keep-alive is not for HTTP/2",
        "proxy-connection: close; 400; proxy-connection is not for HTTP/2",
        "transfer-encoding: chunked; 400; transfer-encoding is not for HTTP/2",
        "upgrade: h2c; 400; upgrade is not for HTTP/2",
        "te: gzip; 400; te is not for HTTP/2, but for trailers",
        "content-length: ; 400; malformed content-length",
        "content-length: 1a; 400; malformed content-length",
        "content-length: +1; 400; malformed content-length",
        "content-length: 1 | content-length: 1; 400; malformed content-length",
        "content-length: 1234567890123456789; 413; content-length of more than 18 digits",
        "expect: something; 417; only 100-continue can be expected",
        ":method: GET | :protocol: websocket | :scheme: http | :path: /; 400; :protocol is for CONNECT",
        "x: y | te: gzip | connection: a; 400; te is not for HTTP/2, but for trailers",
      })
  void line_ofAMalformedOne_isRefused(String fields, int status, String reason) {
    take(fields);
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(head::line)
        .satisfies(e -> {
          assertThat(e.reason()).isEqualTo(reason);
          assertThat(e.status()).isEqualTo(status);
        });
  }

  @Test
  void line_ofAConnect_isNotImplemented() {
    take(":method: CONNECT | :authority: h:1");
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(head::line)
        .satisfies(e -> assertThat(e.status()).isEqualTo(501));
  }

  @Test
  void line_samePathForAnotherMethod_isLookedAtAnew() throws Refusal {
    Field everything = new Field(":path", "*", true);
    Field get = new Field(":method", "GET", true);
    assertThat(line(new Field(":method", "OPTIONS", true), everything).path()).isEqualTo("*");

    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> line(get, everything))
        .satisfies(e -> assertThat(e.reason()).isEqualTo("malformed :path"));
  }

  @Test
  void line_askedForAgain_isTheSameObject() throws Refusal {
    Field path = new Field(":path", "/a", true);
    Field method = new Field(":method", "GET", true);
    RequestLine first = line(method, path);

    assertThat(line(method, path)).isSameAs(first);
  }

  private RequestLine line(Field method, Field path) throws Refusal {
    head.reset(false);
    head.field(method);
    head.field(path);
    head.field(new Field(":scheme", "https", true));
    head.field(new Field(":authority", "h", true));
    return head.line();
  }

  @Test
  void reset_forgetsWhatWasWrong() throws Refusal {
    take("connection: close");
    assertThat(take(RIGHT).line().method()).isEqualTo("GET");
  }

  @Test
  void reset_forgetsTheLastOnesFields() throws Refusal {
    take(RIGHT
            + " | content-length: 5 | expect: 100-Continue | x-request-id: 1 | forwarded: x"
            + " | cookie: a | te: trailers")
        .line();
    assertThat(head.length()).isEqualTo(5);
    assertThat(head.expectContinue()).isTrue();
    assertThat(head.proxied()).isTrue();
    assertThat(head.requestId()).isEqualTo("1");
    take(RIGHT + " | cookie: b").line();
    assertThat(head.length()).isEqualTo(-1);
    assertThat(head.expectContinue()).isFalse();
    assertThat(head.proxied()).isFalse();
    assertThat(head.requestId()).isNull();
    assertThat(head.headers().all("cookie")).containsExactly("b");
  }

  @Test
  void trailers_mayHaveNoPseudoFields() {
    head.reset(true);
    add("x-sum", "1");
    assertThat(head.isRefused()).isFalse();
    add(":path", "/");
    assertThat(head.isRefused()).isTrue();
  }

  @Test
  void fields_moreThanAllowed_areTooLarge() throws Refusal {
    take(RIGHT);
    for (int i = 0; i < ServerConfig.defaults().maxHeaders(); i++) {
      add("x-" + i, "y");
    }
    assertThat(head.line().method()).isEqualTo("GET");
    assertThat(head.headers().size()).isEqualTo(ServerConfig.defaults().maxHeaders() + 1);
    add("one-more", "y");
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(head::line)
        .satisfies(e -> assertThat(e.status()).isEqualTo(431));
  }

  @Test
  void partialLine_hasWhatCouldBeRead() {
    assertThat(take("x: y").partialLine().method()).isEqualTo("-");
    RequestLine line = take(":method: GET | :path: /a?b | te: x").partialLine();
    assertThat(line.method()).isEqualTo("GET");
    assertThat(line.rawPath()).isEqualTo("/a");
  }
}
