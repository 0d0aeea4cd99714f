package dev.pounce.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinesTest {

  private final List<String> told = new ArrayList<>();
  private final Lines lines = new Lines(told::add);
  private final PrintStream printed = new PrintStream(lines, true, UTF_8);

  @Test
  void print_wholeLines_areToldAtOnce() {
    printed.println("one");
    printed.print("two\n\nfour\r\nfive\n");

    assertThat(told).containsExactly("one", "two", "", "four", "five");
  }

  @Test
  void print_partOfALine_waitsForTheRest() {
    printed.print("a");
    printed.flush();
    printed.print('b');
    printed.print(1);
    assertThat(told).isEmpty();

    printed.println();
    assertThat(told).containsExactly("ab1");
  }

  @Test
  void endLine_partOfALine_isTold() {
    printed.print("the end");
    lines.endLine();
    lines.endLine();

    assertThat(told).containsExactly("the end");
  }

  @Test
  void write_byteByByte_isUtf8() {
    for (byte b : "früh 日本 😀\n".getBytes(UTF_8)) {
      printed.write(b);
    }

    assertThat(told).containsExactly("früh 日本 😀");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "é", "日", "😀"})
  void print_lineThatDoesNotEnd_isToldInPiecesOfWholeCharacters(String character) {
    String text = "-" + character.repeat(100_000);
    printed.print(text);
    lines.endLine();

    assertThat(String.join("", told)).isEqualTo(text);
    assertThat(told)
        .hasSizeGreaterThan(1)
        .allSatisfy(piece ->
            assertThat(piece.getBytes(UTF_8).length).isLessThanOrEqualTo(Lines.LONGEST + 3));
  }

  @Test
  void write_noUtf8AtAll_isToldInPiecesTheSame() {
    byte[] bytes = new byte[100_000];
    Arrays.fill(bytes, (byte) 0x80);
    printed.write(bytes, 0, bytes.length);
    lines.endLine();

    assertThat(String.join("", told)).isEqualTo("\ufffd".repeat(100_000));
  }
}
