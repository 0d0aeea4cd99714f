package dev.pounce.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

  @ParameterizedTest(name = "{0} is {1} bytes")
  @CsvSource({
    "0, 0",
    "1500, 1500",
    "1500B, 1500",
    "64KiB, 65536",
    "1MiB, 1048576",
    "2 GiB, 2147483648",
    "' 1MiB ', 1048576",
    "8589934591GiB, 9223372035781033984",
  })
  void parse_inAnyUnit_isTheNumberOfBytes(String text, long bytes) {
    assertThat(ByteSize.parse(text)).isEqualTo(ByteSize.of(bytes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "MiB", "-1", "1.5MiB", "1MB", "1mib", "1TiB", "0x10", "8589934592GiB"})
  void parse_anythingElse_isRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ByteSize.parse(text));
  }

  @ParameterizedTest(name = "{0} bytes are {1}")
  @CsvSource({
    "0, 0",
    "1023, 1023",
    "1024, 1KiB",
    "1500, 1500",
    "1048576, 1MiB",
    "3221225472, 3GiB"
  })
  void toString_isTheShortestExactForm(long bytes, String text) {
    assertThat(ByteSize.of(bytes)).hasToString(text);
  }

  @Test
  void of_negative_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ByteSize.of(-1))
        .withMessage("bytes: -1 (expected: >= 0)");
  }

  @Test
  void compareTo_smallerComesFirst() {
    assertThat(ByteSize.kib(1)).isLessThan(ByteSize.mib(1)).isEqualByComparingTo(ByteSize.of(1024));
  }
}
