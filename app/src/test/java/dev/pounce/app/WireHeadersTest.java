package dev.pounce.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Header fields that stand in a block of received octets. */
class WireHeadersTest {

  private static final String HEAD =
      """
      Host: example.org
      Accept: a
      X-Empty:
      ACCEPT: \u00e4\u00ff
      """;

  private static final Headers FIELDS = wire(HEAD.getBytes(ISO_8859_1));
  private static final Headers SAME =
      Headers.of("Host", "example.org", "Accept", "a", "X-Empty", "", "ACCEPT", "\u00e4\u00ff");

  /** Finds the spans of {@code name: value} lines. */
  private static Headers wire(byte[] block) {
    int[] spans = new int[block.length];
    int count = 0;
    int line = 0;
    for (int i = 0; i < block.length; i++) {
      if (block[i] == '\n') {
        int colon = new String(block, ISO_8859_1).indexOf(':', line);
        spans[count++] = line;
        spans[count++] = colon;
        spans[count++] = Math.min(colon + 2, i);
        spans[count++] = i;
        line = i + 1;
      }
    }
    return Headers.wire(block, Arrays.copyOf(spans, count));
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "Host", "HOST"})
  void first_nameInAnyCase_givesTheValue(String name) {
    assertThat(FIELDS.first(name)).isEqualTo("example.org");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hos", "host:", "hosts", "", "ho\u00f3t", "\u0148ost"})
  void first_anotherName_givesNull(String name) {
    assertThat(FIELDS.first(name)).isNull();
    assertThat(FIELDS.contains(name)).isFalse();
  }

  @Test
  void first_lettersThatDifferInOneBitButAreNone_areDifferent() {
    assertThat(wire("a_b: 1\n".getBytes(ISO_8859_1)).first("a\u007fb")).isNull();
    assertThat(wire("a^b: 1\n".getBytes(ISO_8859_1)).first("a~b")).isNull();
  }

  @Test
  void all_repeats_givesThemInOrderAsLatin1() {
    assertThat(FIELDS.all("accept")).containsExactly("a", "\u00e4\u00ff");
  }

  @Test
  void first_emptyValue_isTheEmptyString() {
    assertThat(FIELDS.first("x-empty")).isEmpty();
  }

  @Test
  void iterator_allFields_keepsOrderCaseAndRepeats() {
    assertThat(FIELDS)
        .containsExactly(
            new Header("Host", "example.org"),
            new Header("Accept", "a"),
            new Header("X-Empty", ""),
            new Header("ACCEPT", "\u00e4\u00ff"));
  }

  @Test
  void wire_blockIsNotReadBeforeAFieldIsAskedFor_becauseStringsAreMadeLate() {
    byte[] block = "Host: example.org\n".getBytes(ISO_8859_1);
    Headers late = wire(block);
    block[6] = 'E';
    assertThat(late.first("host")).isEqualTo("Example.org");
  }

  @Test
  void equals_sameFieldsAsStrings_isTrueWithTheSameHashCode() {
    assertThat(FIELDS).isEqualTo(SAME).hasSameHashCodeAs(SAME);
    assertThat(SAME).isEqualTo(FIELDS);
  }

  @Test
  void withWithoutAndReplace_onReceivedFields_workAsOnOthers() {
    assertThat(FIELDS.with("X", "1")).isEqualTo(SAME.with("X", "1"));
    assertThat(FIELDS.without("accept")).isEqualTo(SAME.without("accept"));
    assertThat(FIELDS.replace("host", "other")).isEqualTo(SAME.replace("host", "other"));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 4})
  void nameAndValue_noSuchIndex_throw(int index) {
    assertThatThrownBy(() -> FIELDS.name(index)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> FIELDS.value(index)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void wire_spansNotInFours_areRefusedAndTheirNumberIsSaid(int count) {
    assertThatThrownBy(() -> Headers.wire(new byte[8], new int[count]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("spans.length: " + count);
  }

  @Test
  void wire_noSpans_hasNoField() {
    assertThat(Headers.wire(new byte[0], new int[0])).isEqualTo(Headers.none());
  }
}
