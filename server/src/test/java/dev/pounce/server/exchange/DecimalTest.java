package dev.pounce.server.exchange;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalTest {

  private static final int OFFSET = 3;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 9, 10, 11, 99, 100, 101, 65_535, 999_999_999_999L, Long.MAX_VALUE})
  void put_writesTheNumberAsLongPrintsIt(long number) {
    assertPut(number);
  }

  @Test
  void put_aroundEachPowerOfTen_hasAsManyDigitsAsItNeeds() {
    for (long power = 10; power > 0 && power <= Long.MAX_VALUE / 10; power *= 10) {
      assertPut(power - 1);
      assertPut(power);
      assertPut(power + 1);
    }
  }

  @Test
  void put_anyNumber_isWhatLongPrints() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      assertPut(random.nextLong(Long.MAX_VALUE) >>> random.nextInt(63));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 9, 10, 15, 16, 17, 255, 256, 4_095, 4_096, Integer.MAX_VALUE})
  void putHex_writesTheNumberAsIntegerPrintsIt(int number) {
    assertPutHex(number);
  }

  @Test
  void putHex_anyNumber_isWhatIntegerPrints() {
    Random random = new Random(8);
    for (int i = 0; i < 10_000; i++) {
      assertPutHex(random.nextInt(Integer.MAX_VALUE) >>> random.nextInt(31));
    }
  }

  private static void assertPut(long number) {
    byte[] target = filled();
    int end = Decimal.put(number, target, OFFSET);

    assertWritten(target, end, Long.toString(number));
  }

  private static void assertPutHex(int number) {
    byte[] target = filled();
    int end = Decimal.putHex(number, target, OFFSET);

    assertWritten(target, end, Integer.toHexString(number));
  }

  private static byte[] filled() {
    byte[] target = new byte[32];
    Arrays.fill(target, (byte) '#');
    return target;
  }

  private static void assertWritten(byte[] target, int end, String digits) {
    assertThat(new String(target, US_ASCII))
        .isEqualTo("###" + digits + "#".repeat(target.length - OFFSET - digits.length()));
    assertThat(end).isEqualTo(OFFSET + digits.length());
  }
}
