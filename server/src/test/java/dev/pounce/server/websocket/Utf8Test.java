package dev.pounce.server.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** UTF-8 as the JDK's decoder has it. */
class Utf8Test {

  private static final int[] BOUNDS = {
    0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec,
    0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf8, 0xff
  };

  /** Whether something might follow that makes it whole. */
  private static boolean isPrefix(byte[] octets) {
    for (String more : new String[] {"", "\u0080", "\u0090", "\u00a0"}) {
      for (int i = 0; i <= 2; i++) {
        byte[] rest = (more + "\u0080".repeat(i)).getBytes(ISO_8859_1);
        byte[] all = Arrays.copyOf(octets, octets.length + rest.length);
        System.arraycopy(rest, 0, all, octets.length, rest.length);
        if (isWhole(all)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isWhole(byte[] octets) {
    CharsetDecoder decoder = UTF_8.newDecoder();
    return !decoder
        .decode(ByteBuffer.wrap(octets), CharBuffer.allocate(octets.length), true)
        .isMalformed();
  }

  @Test
  void anyThreeOctets_areAcceptedAsTheJdkDoes() {
    List<String> others = new ArrayList<>();
    for (int a : BOUNDS) {
      for (int b : BOUNDS) {
        for (int c : BOUNDS) {
          byte[] octets = Conformance.bytes(a, b, c);
          Utf8 utf8 = new Utf8();
          boolean accepted = utf8.accept(octets, 0, 3);
          if (accepted != isPrefix(octets) || (accepted && utf8.complete()) != isWhole(octets)) {
            others.add(Arrays.toString(octets));
          }
        }
      }
    }
    assertThat(others).isEmpty();
  }

  @Test
  void textWithOneOctetReplaced_anywhereAndCutAnywhere_isAcceptedAsTheJdkDoes() {
    Random random = new Random(3629);
    int good = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] octets = text(random);
      if (random.nextBoolean()) {
        octets[random.nextInt(octets.length)] = (byte) random.nextInt();
      }
      int cut = random.nextInt(octets.length + 1);
      Utf8 utf8 = new Utf8();
      boolean whole =
          utf8.accept(octets, 0, cut) && utf8.accept(octets, cut, octets.length) && utf8.complete();

      assertThat(whole).as("%s", Arrays.toString(octets)).isEqualTo(isWhole(octets));
      good += whole ? 1 : 0;
    }
    assertThat(good).isBetween(8_000, 18_000);
  }

  private static byte[] text(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(1, 40);
    for (int i = 0; i < length; i++) {
      int c = random.nextInt(1 << random.nextInt(5, 21));
      text.appendCodePoint(c >= 0xd800 && c <= 0xdfff || c > 0x10ffff ? 'x' : c);
    }
    return text.toString().getBytes(UTF_8);
  }
}
