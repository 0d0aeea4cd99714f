package dev.pounce.server.http2.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The examples of RFC 7541, appendix C, all of them. */
class ExamplesTest {

  private static final String AUTHORITY = ":authority: www.example.com";
  private static final String NO_CACHE = "cache-control: no-cache";
  private static final String CUSTOM = "custom-key: custom-value";
  private static final String PRIVATE = "cache-control: private";
  private static final String DATE_21 = "date: Mon, 21 Oct 2013 20:13:21 GMT";
  private static final String DATE_22 = "date: Mon, 21 Oct 2013 20:13:22 GMT";
  private static final String LOCATION = "location: https://www.example.com";
  private static final String GZIP = "content-encoding: gzip";
  private static final String COOKIE =
      "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";

  private static final List<String> FIRST_REQUEST =
      List.of(":method: GET", ":scheme: http", ":path: /", AUTHORITY);
  private static final List<String> SECOND_REQUEST =
      List.of(":method: GET", ":scheme: http", ":path: /", AUTHORITY, NO_CACHE);
  private static final List<String> THIRD_REQUEST =
      List.of(":method: GET", ":scheme: https", ":path: /index.html", AUTHORITY, CUSTOM);

  private final Decoder decoder = new Decoder(Integer.MAX_VALUE);

  /** C.1. */
  @Nested
  class Integers {

    @Test
    void ten_withAFiveBitPrefix_isOneOctet() throws CompressionException {
      assertThat(integer(10, 5)).isEqualTo(Block.hex("0a"));
      assertUpdatedTo(10, "2a");
    }

    @Test
    void leet_withAFiveBitPrefix_isThreeOctets() throws CompressionException {
      assertThat(integer(1337, 5)).isEqualTo(Block.hex("1f9a0a"));
      assertUpdatedTo(1337, "3f9a0a");
    }

    @Test
    void fortyTwo_atAnOctetBoundary_isOneOctet() {
      assertThat(integer(42, 8)).isEqualTo(Block.hex("2a"));
    }

    private static byte[] integer(int value, int prefix) {
      byte[] target = new byte[8];
      return Arrays.copyOf(target, Encoder.integer(value, prefix, 0, target, 0));
    }

    /** What is as large as the size stays in the table, and what is one octet larger does not. */
    private void assertUpdatedTo(int size, String update) throws CompressionException {
      Block.decode(decoder, Block.hex(update));
      Block.decode(decoder, new Block().indexing("", "x".repeat(Math.max(0, size - 32))).octets());
      assertThat(Block.table(decoder)).hasSize(size < 32 ? 0 : 1);
      Block.decode(decoder, new Block().indexing("", "x".repeat(Math.max(0, size - 31))).octets());
      assertThat(Block.table(decoder)).isEmpty();
    }
  }

  /** C.2. */
  @Nested
  class Representations {

    @Test
    void literalWithIndexing_isInTheTableAfterwards() throws CompressionException {
      assertDecoded(
          "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
          List.of("custom-key: custom-header"));
      assertTable("custom-key: custom-header");
    }

    @Test
    void literalWithoutIndexing_leavesTheTableEmpty() throws CompressionException {
      assertDecoded("040c 2f73 616d 706c 652f 7061 7468", List.of(":path: /sample/path"));
      assertTable();
    }

    @Test
    void literalNeverIndexed_leavesTheTableEmpty() throws CompressionException {
      assertDecoded("1008 7061 7373 776f 7264 0673 6563 7265 74", List.of("password: secret"));
      assertTable();
    }

    @Test
    void indexedField_leavesTheTableEmpty() throws CompressionException {
      assertDecoded("82", List.of(":method: GET"));
      assertTable();
    }
  }

  /** C.3. */
  @Test
  void requests_withoutHuffman() throws CompressionException {
    assertDecoded("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d", FIRST_REQUEST);
    assertTable(AUTHORITY);
    assertDecoded("8286 84be 5808 6e6f 2d63 6163 6865", SECOND_REQUEST);
    assertTable(NO_CACHE, AUTHORITY);
    assertDecoded(
        "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65", THIRD_REQUEST);
    assertTable(CUSTOM, NO_CACHE, AUTHORITY);
  }

  /** C.4. */
  @Test
  void requests_withHuffman() throws CompressionException {
    Encoder encoder = new Encoder();
    String first = "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff";
    assertThat(Block.encode(encoder, FIRST_REQUEST)).isEqualTo(Block.hex(first));
    assertDecoded(first, FIRST_REQUEST);
    assertTable(AUTHORITY);

    String second = "8286 84be 5886 a8eb 1064 9cbf";
    assertThat(Block.encode(encoder, SECOND_REQUEST)).isEqualTo(Block.hex(second));
    assertDecoded(second, SECOND_REQUEST);
    assertTable(NO_CACHE, AUTHORITY);

    String third = "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf";
    assertThat(Block.encode(encoder, THIRD_REQUEST)).isEqualTo(Block.hex(third));
    assertDecoded(third, THIRD_REQUEST);
    assertTable(CUSTOM, NO_CACHE, AUTHORITY);
  }

  /** C.5. */
  @Test
  void responses_withoutHuffman() throws CompressionException {
    assertResponses(
        """
        4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133
        2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70
        6c65 2e63 6f6d
        """,
        "4803 3330 37c1 c0bf",
        """
        88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d
        54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049
        5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e
        3d31
        """);
  }

  /** C.6. */
  @Test
  void responses_withHuffman() throws CompressionException {
    assertResponses(
        """
        4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6
        2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3
        """,
        "4883 640e ffc1 c0bf",
        """
        88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab
        77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f
        9587 3160 65c0 03ed 4ee5 b106 3d50 07
        """);
  }

  /** A table of 256 octets, so that fields are evicted. */
  private void assertResponses(String first, String second, String third)
      throws CompressionException {
    Block.decode(decoder, new Block().update(256).octets());

    assertDecoded(first, List.of(":status: 302", PRIVATE, DATE_21, LOCATION));
    assertTable(LOCATION, DATE_21, PRIVATE, ":status: 302");
    assertDecoded(second, List.of(":status: 307", PRIVATE, DATE_21, LOCATION));
    assertTable(":status: 307", LOCATION, DATE_21, PRIVATE);
    assertDecoded(third, List.of(":status: 200", PRIVATE, DATE_22, LOCATION, GZIP, COOKIE));
    assertTable(COOKIE, GZIP, DATE_22);
  }

  private void assertDecoded(String hex, List<String> fields) throws CompressionException {
    assertThat(Block.decode(decoder, Block.hex(hex))).isEqualTo(fields);
  }

  private void assertTable(String... fields) {
    assertThat(Block.table(decoder)).containsExactly(fields);
  }
}
