package dev.pounce.server.http2.hpack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HuffmanTest {

  @ParameterizedTest
  @CsvSource({
    // of each length that there is, the first code and the last (RFC 7541, appendix B)
    "0x30, 5, 0",
    "0x74, 5, 9",
    "0x20, 6, 14",
    "0x75, 6, 2d",
    "0x3a, 7, 5c",
    "0x7a, 7, 7b",
    "0x26, 8, f8",
    "0x5a, 8, fd",
    "0x21, 10, 3f8",
    "0x3f, 10, 3fc",
    "0x27, 11, 7fa",
    "0x7c, 11, 7fc",
    "0x23, 12, ffa",
    "0x3e, 12, ffb",
    "0x00, 13, 1ff8",
    "0x7e, 13, 1ffd",
    "0x5e, 14, 3ffc",
    "0x7d, 14, 3ffd",
    "0x3c, 15, 7ffc",
    "0x7b, 15, 7ffe",
    "0x5c, 19, 7fff0",
    "0xd0, 19, 7fff2",
    "0x80, 20, fffe6",
    "0xe2, 20, fffed",
    "0x99, 21, 1fffdc",
    "0xe6, 21, 1fffe8",
    "0x81, 22, 3fffd2",
    "0xe9, 22, 3fffeb",
    "0x01, 23, 7fffd8",
    "0xef, 23, 7ffff4",
    "0x09, 24, ffffea",
    "0xed, 24, fffff5",
    "0xc7, 25, 1ffffec",
    "0xeb, 25, 1ffffef",
    "0xc0, 26, 3ffffe0",
    "0xff, 26, 3ffffee",
    "0xcb, 27, 7ffffde",
    "0xfe, 27, 7fffff0",
    "0x02, 28, fffffe2",
    "0xf9, 28, ffffffe",
    "0x0a, 30, 3ffffffc",
    "0x16, 30, 3ffffffe",
  })
  void encode_oneOctet_isItsCodePaddedWithOnes(int octet, int bits, String code) {
    long padding = 8 * ((bits + 7) / 8) - bits;
    long expected = (Long.parseLong(code, 16) + 1 << padding) - 1;

    byte[] encoded = encode(String.valueOf((char) octet));

    long number = 0;
    for (byte b : encoded) {
      number = number << 8 | b & 0xff;
    }
    assertThat(encoded).hasSize((bits + 7) / 8);
    assertThat(number).isEqualTo(expected);
  }

  @Test
  void decode_eachOctetAmongOthers_isWhatWasEncoded() throws CompressionException {
    for (int octet = 0; octet < 256; octet++) {
      String text = (char) octet + "a" + (char) octet + (char) octet;
      assertThat(decode(encode(text))).as("octet %d", octet).isEqualTo(text);
    }
  }

  @Test
  void decode_anyOctets_isWhatWasEncoded() throws CompressionException {
    Random random = new Random(7541);
    for (int i = 0; i < 5_000; i++) {
      byte[] octets = new byte[random.nextInt(60)];
      random.nextBytes(octets);
      String text = new String(octets, ISO_8859_1);
      assertThat(decode(encode(text))).isEqualTo(text);
    }
  }

  @Test
  void decode_partOfAnArray_looksAtNothingElse() throws CompressionException {
    byte[] encoded = encode("www.example.com");
    byte[] array = new byte[encoded.length + 20];
    System.arraycopy(encoded, 0, array, 9, encoded.length);

    byte[] target = new byte[100];
    int length = Huffman.decode(array, 9, 9 + encoded.length, target);

    assertThat(new String(target, 0, length, ISO_8859_1)).isEqualTo("www.example.com");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "18", // 'a' and three bits of 0
        "1e", // 'a' and 110
        "ff", // eight bits of padding
        "1fff", // eleven
        "ffffff", // twenty-four
        "1fffffff", // and as many as the end of the string is short of
        "fffffffc", // the end of the string, and zeros
        "ffffffff", // the end of the string, and ones
        "1ffffffffc", // after an 'a'
      })
  void decode_badPaddingOrEnd_isAnError(String hex) {
    assertThatExceptionOfType(CompressionException.class).isThrownBy(() -> decode(Block.hex(hex)));
  }

  @Test
  void decode_eachLengthOfPadding_isRead() throws CompressionException {
    // 'a' has five bits, and so leaves 3, 6, 1, 4, 7, 2, 5, 0
    for (int length = 1; length <= 8; length++) {
      assertThat(decode(encode("a".repeat(length)))).isEqualTo("a".repeat(length));
    }
  }

  private static byte[] encode(String text) {
    byte[] target = new byte[4 * text.length()];
    byte[] encoded = Arrays.copyOf(target, Huffman.encode(text, target, 0));
    assertThat(Huffman.length(text)).isEqualTo(encoded.length);
    return Arrays.copyOf(target, encoded.length);
  }

  private static String decode(byte[] encoded) throws CompressionException {
    byte[] target = new byte[(int) Huffman.longest(encoded.length)];
    return new String(target, 0, Huffman.decode(encoded, 0, encoded.length, target), ISO_8859_1);
  }
}
