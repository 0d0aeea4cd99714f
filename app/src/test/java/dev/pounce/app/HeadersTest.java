package dev.pounce.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Header fields: how they are found, kept and changed, and what can't get into them. */
class HeadersTest {

  private static final Headers FIELDS =
      Headers.of("Accept", "a", "Set-Cookie", "x=1", "accept", "b", "Set-Cookie", "y=2");

  @ParameterizedTest
  @ValueSource(strings = {"content-type", "Content-Type", "CONTENT-TYPE", "cOnTeNt-TyPe"})
  void first_nameInAnyCase_givesTheValue(String name) {
    assertThat(Headers.of("Content-Type", "text/plain").first(name)).isEqualTo("text/plain");
  }

  @Test
  void first_severalOfTheName_givesTheFirst() {
    assertThat(FIELDS.first("accept")).isEqualTo("a");
  }

  @Test
  void first_noSuchName_givesNull() {
    assertThat(FIELDS.first("host")).isNull();
  }

  @Test
  void first_nameThatOnlyBeginsAlike_isAnother() {
    assertThat(FIELDS.first("accep")).isNull();
    assertThat(FIELDS.first("accept-charset")).isNull();
  }

  @Test
  void all_repeatsInAnyCase_givesThemInOrder() {
    assertThat(FIELDS.all("ACCEPT")).containsExactly("a", "b");
  }

  @Test
  void all_noSuchName_isEmpty() {
    assertThat(FIELDS.all("host")).isEmpty();
  }

  @Test
  void contains_nameInAnyCase_isTrue() {
    assertThat(FIELDS.contains("set-cookie")).isTrue();
    assertThat(FIELDS.contains("host")).isFalse();
  }

  @Test
  void iterator_repeatsAmongOthers_keepsOrderCaseAndRepeats() {
    assertThat(FIELDS)
        .containsExactly(
            new Header("Accept", "a"),
            new Header("Set-Cookie", "x=1"),
            new Header("accept", "b"),
            new Header("Set-Cookie", "y=2"));
  }

  @Test
  void iterator_afterTheLast_throws() {
    Iterator<Header> end = Headers.none().iterator();
    assertThatThrownBy(end::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void nameAndValue_byIndex_areThoseOfTheField() {
    assertThat(FIELDS.name(2)).isEqualTo("accept");
    assertThat(FIELDS.value(2)).isEqualTo("b");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 4})
  void nameAndValue_noSuchIndex_throw(int index) {
    assertThatThrownBy(() -> FIELDS.name(index)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> FIELDS.value(index)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void none_always_hasNoField() {
    assertThat(Headers.none().size()).isZero();
    assertThat(Headers.of()).isEqualTo(Headers.none());
  }

  @Test
  void with_nameThatIsThere_addsOneMoreAtTheEnd() {
    Headers more = FIELDS.with("Accept", "c");
    assertThat(more.all("accept")).containsExactly("a", "b", "c");
    assertThat(more.name(4)).isEqualTo("Accept");
    assertThat(FIELDS.size()).isEqualTo(4);
  }

  @Test
  void without_nameInAnotherCase_takesAllOfThemAway() {
    assertThat(FIELDS.without("ACCEPT"))
        .containsExactly(new Header("Set-Cookie", "x=1"), new Header("Set-Cookie", "y=2"));
    assertThat(FIELDS.size()).isEqualTo(4);
  }

  @Test
  void without_noSuchName_givesTheSameFields() {
    assertThat(FIELDS.without("host")).isEqualTo(FIELDS);
  }

  @Test
  void replace_repeatedName_leavesOneAtTheEnd() {
    assertThat(FIELDS.replace("set-cookie", "z=3"))
        .containsExactly(
            new Header("Accept", "a"), new Header("accept", "b"), new Header("set-cookie", "z=3"));
  }

  @Test
  void of_arrayChangedAfterwards_keepsItsFields() {
    String[] fields = {"a", "1"};
    Headers headers = Headers.of(fields);
    fields[1] = "2\r\n";
    assertThat(headers.first("a")).isEqualTo("1");
  }

  @Test
  void of_nameWithoutValue_isRefusedAndNamed() {
    assertThatThrownBy(() -> Headers.of("a", "1", "lonely"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lonely");
  }

  static Stream<String> notAToken() {
    return Stream.concat(
        Stream.of(
            "", "a b", "a:", "a\r", "a\nb", "a\0", "\u00e4", "a(", "a\"", "a/", "\ud83d\ude00"),
        IntStream.rangeClosed(0, 0x20).mapToObj(c -> "x" + (char) c));
  }

  @ParameterizedTest
  @MethodSource("notAToken")
  void of_nameThatIsNoToken_isRefused(String name) {
    assertThatThrownBy(() -> Headers.of(name, "1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("header name");
  }

  @Test
  void of_everyTokenCharacter_isTaken() {
    String name = "!#$%&'*+-.^_`|~0123456789azAZ";
    assertThat(Headers.of(name, "1").first(name)).isEqualTo("1");
  }

  static Stream<String> notAValue() {
    return Stream.concat(
        IntStream.range(0, 0x20).filter(c -> c != '\t').mapToObj(c -> "x" + (char) c + "y"),
        Stream.of(
            "\r", "a\r\nset-cookie: b", "a\n b", "\u007f", "\u0100", "\u20ac", "\ud83d\ude00"));
  }

  @ParameterizedTest
  @MethodSource("notAValue")
  void of_valueThatMayNotBeSent_isRefused(String value) {
    assertThatThrownBy(() -> Headers.of("x-note", value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("x-note");
  }

  @ParameterizedTest
  @MethodSource("notAValue")
  void withAndReplace_valueThatMayNotBeSent_areRefusedToo(String value) {
    assertThatThrownBy(() -> FIELDS.with("x-note", value))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> FIELDS.replace("accept", value))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void of_badValue_saysNameAndValueInPrintableForm() {
    assertThatThrownBy(() -> Headers.of("x-note", "a\r\nb\0\u20ac"))
        .hasMessageContaining("x-note")
        .hasMessageContaining("\"a\\u000d\\u000ab\\u0000\\u20ac\"");
  }

  @Test
  void of_badName_saysItInPrintableForm() {
    assertThatThrownBy(() -> Headers.of("x\r\ny", "1"))
        .hasMessageContaining("\"x\\u000d\\u000ay\"");
  }

  @Test
  void of_tabSpaceAndUpperLatin1_areTaken() {
    String value = "a\tb c ~ \u00a0\u00e4\u00ff";
    assertThat(Headers.of("x-note", value).first("x-note")).isEqualTo(value);
    assertThat(Headers.of("x-note", "").first("x-note")).isEmpty();
  }

  @Test
  void equals_namesInAnotherCase_isTrueWithTheSameHashCode() {
    Headers other =
        Headers.of("ACCEPT", "a", "set-cookie", "x=1", "Accept", "b", "SET-Cookie", "y=2");
    assertThat(other).isEqualTo(FIELDS).hasSameHashCodeAs(FIELDS);
  }

  static Stream<Headers> others() {
    return Stream.of(
        Headers.none(),
        Headers.of("a", "1"),
        Headers.of("b", "2", "a", "1"),
        Headers.of("a", "1", "b", "X"),
        Headers.of("a", "1", "c", "2"),
        Headers.of("a", "1", "b", "2", "b", "2"));
  }

  @ParameterizedTest
  @MethodSource("others")
  void equals_anotherOrderValueNameOrCount_isFalse(Headers other) {
    assertThat(other).isNotEqualTo(Headers.of("a", "1", "b", "2"));
  }

  @Test
  void equals_valuesInAnotherCase_isFalse() {
    assertThat(Headers.of("a", "x")).isNotEqualTo(Headers.of("a", "X"));
  }

  @Test
  void equals_somethingElse_isFalse() {
    assertThat(FIELDS.equals(List.of())).isFalse();
    assertThat(FIELDS.equals(null)).isFalse();
  }

  @Test
  void toString_severalFields_hasALineForEach() {
    assertThat(Headers.of("A", "1", "b", "2")).hasToString("A: 1\nb: 2\n");
  }
}
