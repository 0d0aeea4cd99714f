package dev.pounce.server.http2.hpack;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncoderTest {

  private static final int INDEXED = 0x80;
  private static final int INCREMENTAL = 0x40;
  private static final int NEVER = 0x10;
  private static final int WITHOUT = 0x00;

  private final Encoder encoder = new Encoder();
  private final Decoder decoder = new Decoder(Integer.MAX_VALUE);

  @Test
  void field_again_isOneOctet() throws CompressionException {
    assertThat(form(encode("server: pounce"))).isEqualTo(INCREMENTAL);
    assertThat(encode("server: pounce")).isEqualTo(Block.hex("be"));
  }

  @ParameterizedTest
  @CsvSource({
    "accept-encoding, 'gzip, deflate', 90",
    ":method, POST, 83",
    ":path, /index.html, 85",
    "expires, '', a4",
  })
  void field_ofTheStaticTable_isOneOctet(String name, String value, String hex)
      throws CompressionException {
    assertThat(encode(name + ": " + value)).isEqualTo(Block.hex(hex));
  }

  @Test
  void field_withANameThatIsInTheTable_refersToIt() throws CompressionException {
    encode("x-colour: red");

    // the index 62, and "blue" as it is no shorter coded
    assertThat(encode("x-colour: blue")).startsWith(0x7e).hasSize(1 + 1 + 3);
    assertThat(encode("x-colour: red")).isEqualTo(Block.hex("bf"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Type", "CONTENT-TYPE", "content-Type", "X-Custom", "x-CUSTOM"})
  void field_inAnyCase_goesOutInLowerCase(String name) throws CompressionException {
    assertThat(Block.decode(decoder, Block.encode(encoder, name + ": V")))
        .containsExactly(name.toLowerCase() + ": V");
  }

  @Test
  void field_inAnotherCase_isTheSameField() {
    Block.encode(encoder, "X-Custom: V");

    assertThat(Block.encode(encoder, "x-custom: V")).isEqualTo(Block.hex("be"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "authorization: Basic c2VjcmV0",
        "Proxy-Authorization: Basic c2VjcmV0",
        "set-cookie: session=8f14e45fceea167a5a36dedd4bea2543",
        "cookie: pin=1234",
      })
  void field_secret_isNeverIndexed(String field) {
    assertThat(form(Block.encode(encoder, field))).isEqualTo(NEVER);
    assertThat(form(Block.encode(encoder, field))).isEqualTo(NEVER);
  }

  @Test
  void field_longCookie_isIndexed() throws CompressionException {
    assertThat(form(encode("cookie: session=8f14e45fceea167a5a36dedd4bea2543")))
        .isEqualTo(INCREMENTAL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"content-length: 12", "etag: \"12\"", "x-request-id: 0123", "age: 3"})
  void field_thatIsAnotherEachTime_staysOutOfTheTable(String field) throws CompressionException {
    assertThat(form(encode(field))).isEqualTo(WITHOUT);
    assertThat(Block.table(decoder)).isEmpty();
  }

  @Test
  void field_thatFillsMuchOfTheTable_staysOutOfIt() throws CompressionException {
    assertThat(form(encode("large: " + "\u00ff".repeat(2048 - 32 - 5)))).isEqualTo(INCREMENTAL);
    assertThat(form(encode("large: " + "\u00ff".repeat(2048 - 32 - 4)))).isEqualTo(WITHOUT);
  }

  @Test
  void field_thatCodingMakesLonger_goesOutAsItIs() throws CompressionException {
    assertThat(encode("a: \\\\\\\\")).isEqualTo(Block.hex("4001 6104 5c5c 5c5c"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 126, 127, 128, 254, 255, 16_000, 16_511, 16_512, 100_000})
  void field_ofAnyLength_staysWithinTheOverhead(int length) throws CompressionException {
    String name = "\u00ff".repeat(length);
    byte[] target = new byte[2 * length + Encoder.OVERHEAD];

    int end = new Encoder().field(name, name, target, 0);

    assertThat(Block.decode(decoder, Arrays.copyOf(target, end)))
        .containsExactly(name + ": " + name);
  }

  @ParameterizedTest
  @CsvSource({"200, 88", "204, 89", "206, 8a", "304, 8b", "400, 8c", "404, 8d", "500, 8e"})
  void status_ofTheStaticTable_isOneOctet(int status, String hex) {
    assertThat(status(status)).isEqualTo(Block.hex(hex));
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 201, 302, 429, 503, 599, 999})
  void status_ofAnyOther_isOneOctetFromTheSecondTimeOn(int status) throws CompressionException {
    assertThat(Block.decode(decoder, status(status))).containsExactly(":status: " + status);
    assertThat(status(status)).isEqualTo(Block.hex("be"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"content-length", "x-request-id", "x-other"})
  void open_thenTheValue_isAFieldThatIsNotIndexed(String name) throws CompressionException {
    byte[] value = "12345".getBytes(US_ASCII);
    byte[] target = new byte[name.length() + value.length + Encoder.OVERHEAD];
    int at = encoder.open(name, value.length, target, 0);
    System.arraycopy(value, 0, target, at, value.length);

    assertThat(form(target)).isEqualTo(WITHOUT);
    assertThat(Block.decode(decoder, Arrays.copyOf(target, at + value.length)))
        .containsExactly(name + ": 12345");
  }

  @Test
  void begin_withoutNewSettings_writesNothing() {
    assertThat(Block.encode(encoder)).isEmpty();
  }

  @Test
  void begin_afterASmallerLimit_updatesOnce() {
    encoder.tableLimit(100);

    assertThat(Block.encode(encoder)).isEqualTo(new Block().update(100).octets());
    assertThat(Block.encode(encoder)).isEmpty();
  }

  @Test
  void begin_afterASmallerAndALargerLimit_updatesTwice() {
    encoder.tableLimit(0);
    encoder.tableLimit(50);

    assertThat(Block.encode(encoder)).isEqualTo(new Block().update(0).update(50).octets());
  }

  @Test
  void begin_afterASmallerAndTheSameLimit_updatesTwice() {
    encoder.tableLimit(0);
    encoder.tableLimit(4096);

    assertThat(Block.encode(encoder)).isEqualTo(new Block().update(0).update(4096).octets());
  }

  @ParameterizedTest
  @ValueSource(longs = {4096, 65_536, 0xffff_ffffL})
  void begin_afterALargerLimit_makesNoUseOfIt(long limit) {
    encoder.tableLimit(limit);

    assertThat(Block.encode(encoder)).isEmpty();
  }

  @Test
  void field_afterTheTableHasBeenEmptied_isSentAgain() throws CompressionException {
    encode("server: pounce");
    encoder.tableLimit(0);
    encoder.tableLimit(4096);

    assertThat(form(Arrays.copyOfRange(encode("server: pounce"), 4, 20))).isEqualTo(INCREMENTAL);
  }

  @Test
  void field_withoutATable_isNotIndexed() throws CompressionException {
    encoder.tableLimit(0);
    encode("server: pounce");

    assertThat(form(encode("server: pounce"))).isEqualTo(WITHOUT);
  }

  @Test
  void field_evicted_isSentAgain() throws CompressionException {
    encode("server: pounce");
    for (int i = 0; i < 200; i++) {
      encode("x-number: " + i);
    }

    assertThat(form(encode("server: pounce"))).isEqualTo(INCREMENTAL);
    assertThat(encode("server: pounce")).isEqualTo(Block.hex("be"));
  }

  /** What it takes, once the decoder has agreed. */
  private byte[] encode(String field) throws CompressionException {
    byte[] block = Block.encode(encoder, field);
    assertThat(Block.decode(decoder, block)).isEqualTo(List.of(field));
    return block;
  }

  private byte[] status(int status) {
    byte[] target = new byte[Encoder.OVERHEAD];
    return Arrays.copyOf(target, encoder.status(status, target, 0));
  }

  private static int form(byte[] block) {
    int first = block[0] & 0xff;
    return (first & INDEXED) != 0
        ? INDEXED
        : (first & INCREMENTAL) != 0 ? INCREMENTAL : first & 0xf0;
  }
}
