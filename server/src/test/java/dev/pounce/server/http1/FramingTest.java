package dev.pounce.server.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pounce.server.exchange.Refusal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FramingTest {

  private final Framing framing = new Framing();

  @BeforeEach
  void reset() {
    framing.reset();
  }

  @Test
  void length_withoutFields_isZero() throws Refusal {
    framing.check(false);

    assertThat(framing.length()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "5, 5", "0005, 5", "999999999999999999, 999999999999999999"})
  void contentLength_ofDigits_isTheLength(String value, long length) throws Refusal {
    contentLength(value);
    framing.check(false);

    assertThat(framing.length()).isEqualTo(length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "-1", "+1", "-0", "0x10", "1,1", "1, 1", "1 1", "1;", "1.0", "1e3", "a", "\u00b9", "1\0"
      })
  void contentLength_thatIsNoNumber_isMalformed(String value) {
    assertRefused(400, () -> contentLength(value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1000000000000000000", "18446744073709551617", "99999999999999999999999"})
  void contentLength_beyondEveryLimit_isTooLarge(String value) {
    assertRefused(413, () -> contentLength(value));
  }

  @ParameterizedTest
  @CsvSource({"5, 5", "5, 6", "0, 0", "0, 5"})
  void contentLength_twice_isMalformed(String first, String second) throws Refusal {
    contentLength(first);

    assertRefused(400, () -> contentLength(second));
  }

  @ParameterizedTest
  @ValueSource(strings = {"chunked", "Chunked", "CHUNKED"})
  void transferEncoding_chunked_makesTheLengthUnknown(String value) throws Refusal {
    transferEncoding(value);
    framing.check(false);

    assertThat(framing.length()).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip, chunked", "gzip,chunked", "gzip ,\tchunked", "chunked, chunked"})
  void transferEncoding_thatEndsWithChunked_isNotImplemented(String value) {
    assertRefused(501, () -> transferEncoding(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "gzip",
        "identity",
        "chunked, gzip",
        "chunked,",
        ",",
        "xchunked",
        "chunkedx",
        "x chunke",
        "\"chunked\"",
        "chunked;q=1",
        "chunked chunked, x",
        "c hunked",
        "chunked\u000b"
      })
  void transferEncoding_thatDoesNotEndWithChunked_isMalformed(String value) {
    assertRefused(400, () -> transferEncoding(value));
  }

  @Test
  void transferEncoding_twice_isMalformed() throws Refusal {
    transferEncoding("chunked");

    assertRefused(400, () -> transferEncoding("chunked"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "5"})
  void check_lengthAndEncoding_isMalformed(String length) throws Refusal {
    contentLength(length);
    transferEncoding("chunked");

    assertRefused(400, () -> framing.check(false));
  }

  @Test
  void check_encodingInHttp10_isMalformed() throws Refusal {
    transferEncoding("chunked");

    assertRefused(400, () -> framing.check(true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "close         | false | true",
        "Close         | false | true",
        "te, close     | false | true",
        "te,\tclose ,x | false | true",
        "keep-alive    | false | false",
        "closed        | false | false",
        "''            | false | false",
        "','           | false | false",
        "close         | true  | true",
        "keep-alive    | true  | false",
        "Keep-Alive, x | true  | false",
        "x             | true  | true",
        "close, keep-alive | true | true",
      })
  void connection_decidesWhetherTheConnectionCloses(String value, boolean http10, boolean close)
      throws Refusal {
    connection(value);
    framing.check(http10);

    assertThat(framing.close()).isEqualTo(close);
  }

  @Test
  void connection_inSeveralFields_isOneList() throws Refusal {
    connection("te");
    connection("close");
    connection("x");
    framing.check(false);

    assertThat(framing.close()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"false, false", "true, true"})
  void close_withoutTheField_isAsTheVersionSays(boolean http10, boolean close) throws Refusal {
    framing.check(http10);

    assertThat(framing.close()).isEqualTo(close);
  }

  @ParameterizedTest
  @CsvSource({
    "100-continue, false, true",
    "100-Continue, false, true",
    "100-continue, true, false"
  })
  void expect_100Continue_isHeededInHttp11Only(String value, boolean http10, boolean heeded)
      throws Refusal {
    expect(value);
    framing.check(http10);

    assertThat(framing.expectContinue()).isEqualTo(heeded);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "200-ok", "100-continue, x", "100-continue;q=1"})
  void expect_ofAnythingElse_fails(String value) {
    assertRefused(417, () -> expect(value));
  }

  @Test
  void reset_forgetsEverything() throws Refusal {
    transferEncoding("chunked");
    connection("close, keep-alive");
    expect("100-continue");
    framing.reset();
    contentLength("7");
    framing.check(true);

    assertThat(framing.length()).isEqualTo(7);
    assertThat(framing.close()).isTrue();
    assertThat(framing.expectContinue()).isFalse();
  }

  private void contentLength(String value) throws Refusal {
    byte[] octets = within(value);
    framing.contentLength(octets, 1, octets.length - 1);
  }

  private void transferEncoding(String value) throws Refusal {
    byte[] octets = within(value);
    framing.transferEncoding(octets, 1, octets.length - 1);
  }

  private void connection(String value) {
    byte[] octets = within(value);
    framing.connection(octets, 1, octets.length - 1);
  }

  private void expect(String value) throws Refusal {
    byte[] octets = within(value);
    framing.expect(octets, 1, octets.length - 1);
  }

  /** The value between digits, which are not part of it. */
  private static byte[] within(String value) {
    return ("7" + value + "7").getBytes(ISO_8859_1);
  }

  private static void assertRefused(int status, Refusing action) {
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(action::run)
        .extracting(Refusal::status)
        .isEqualTo(status);
  }

  private interface Refusing {
    void run() throws Refusal;
  }
}
