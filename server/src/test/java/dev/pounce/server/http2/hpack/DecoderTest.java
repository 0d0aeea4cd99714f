package dev.pounce.server.http2.hpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderTest {

  private static final int LIST_LIMIT = 1_000;

  private final Decoder decoder = new Decoder(LIST_LIMIT);

  @Test
  void decode_emptyBlock_hasNoFields() throws CompressionException {
    assertThat(Block.decode(decoder, new byte[0])).isEmpty();
  }

  @Test
  void decode_partOfAnArray_looksAtNothingElse() throws CompressionException {
    byte[] array = Block.hex("8082 8780");
    List<String> names = new ArrayList<>();

    decoder.decode(array, 1, 3, field -> names.add(field.name()));

    assertThat(names).containsExactly(":method", ":scheme");
  }

  @Test
  void decode_fieldOfTheTable_isTheSameObjectEachTime() throws CompressionException {
    List<Field> fields = new ArrayList<>();
    byte[] first = new Block().indexing("a", "b").indexed(2).octets();
    byte[] second = new Block().indexed(62).indexed(2).octets();
    decoder.decode(first, 0, first.length, fields::add);
    decoder.decode(second, 0, second.length, fields::add);

    assertThat(fields.get(2)).isSameAs(fields.get(0));
    assertThat(fields.get(3)).isSameAs(fields.get(1));
  }

  @Test
  void decode_literalAsLastTime_isTheSameObject() throws CompressionException {
    byte[] block = new Block().without(4, "/path").indexed(2).octets();

    assertThat(first(block)).isSameAs(first(block));
  }

  @Test
  void decode_otherLiteralThanLastTime_isThatOne() throws CompressionException {
    first(new Block().without(4, "/path").octets());

    assertThat(first(new Block().without(4, "/pat").octets()).value()).isEqualTo("/pat");
    assertThat(first(new Block().without(4, "/paths").octets()).value()).isEqualTo("/paths");
    assertThat(first(new Block().without(1, "/paths").octets()).name()).isEqualTo(":authority");
  }

  @Test
  void decode_partOfTheLastLiteral_isAnError() throws CompressionException {
    byte[] whole = new Block().without(4, "/path").octets();
    first(whole);

    for (int count = 1; count < whole.length; count++) {
      byte[] part = Arrays.copyOf(whole, count);
      assertThatExceptionOfType(CompressionException.class).isThrownBy(() -> first(part));
    }
  }

  @Test
  void decode_literalNamedByTheDynamicTable_hasTheNameThatIsThereNow() throws CompressionException {
    Block.decode(decoder, new Block().indexing("a", "").octets());
    byte[] block = new Block().without(62, "value").octets();
    assertThat(first(block).name()).isEqualTo("a");
    Block.decode(decoder, new Block().indexing("b", "").octets());

    assertThat(first(block).name()).isEqualTo("b");
  }

  @Test
  void decode_literalNeverToBeIndexed_isNotKept() throws CompressionException {
    byte[] block = new Block().integer(0x10, 4, 4).raw("/secret").octets();

    assertThat(first(block)).isEqualTo(first(block)).isNotSameAs(first(block));
  }

  private Field first(byte[] block) throws CompressionException {
    List<Field> fields = new ArrayList<>();
    decoder.decode(block, 0, block.length, fields::add);
    return fields.getFirst();
  }

  @Test
  void decode_nameOfAFieldThatIsEvictedForIt_isStillKnown() throws CompressionException {
    Block.decode(decoder, new Block().update(40).indexing("name", "1234").octets());

    assertThat(Block.decode(decoder, new Block().indexing(62, "5678").octets()))
        .containsExactly("name: 5678");
    assertThat(Block.table(decoder)).containsExactly("name: 5678");
  }

  @Test
  void decode_fieldLargerThanTheTable_emptiesIt() throws CompressionException {
    Block.decode(decoder, new Block().update(40).indexing("name", "1234").octets());

    assertThat(Block.decode(decoder, new Block().indexing("name", "12345").octets()))
        .containsExactly("name: 12345");
    assertThat(Block.table(decoder)).isEmpty();
  }

  @Test
  void decode_moreFieldsThanTheTableHolds_forgetsTheOldest() throws CompressionException {
    Block.decode(decoder, new Block().update(3 * 34).octets());
    for (int i = 0; i < 8; i++) {
      Block.decode(decoder, new Block().indexing("n", "" + i).octets());
    }

    assertThat(Block.table(decoder)).containsExactly("n: 7", "n: 6", "n: 5");
  }

  @Test
  void decode_asManyFieldsAsCanBe_keepsThemInOrder() throws CompressionException {
    for (int i = 0; i < 300; i++) {
      Block.decode(decoder, new Block().indexing("", "").octets());
    }

    assertThat(Block.table(decoder)).hasSize(4096 / 32);
  }

  @ParameterizedTest
  @CsvSource({
    "80, the index 0",
    "be, an index beyond the table",
    "7f00 00, a name's index beyond the table",
    "ff80 8080 8008, an index that overflows",
    "40, the end instead of a name",
    "4001, the end in a name",
    "4001 61, the end instead of a value",
    "4001 6102 61, the end in a value",
    "ff, the end in an integer",
    "ff80, the end in a longer integer",
    "7f, the end in a name's index",
    "ff80 8080 8080 00, an integer of more octets than any needs",
    "4001 617f ffff ffff 07, a length that overflows",
    "4001 61ff ffff ffff 07, a coded length that overflows",
    "0081 ff00, a name with eight bits of padding",
    "0001 6181 18, a value padded with zeros",
    "0001 6184 ffff fffc, the end of the string in a value",
    "8220, a size update after a field",
    "8220 82, a size update between fields",
    "2021 22, three size updates",
    "3fe2 1f, a size update above the limit",
    "3fff ffff ff0f, a size update that overflows",
  })
  void decode_malformedBlock_isAnError(String hex, String what) {
    assertThatExceptionOfType(CompressionException.class)
        .as(what)
        .isThrownBy(() -> Block.decode(decoder, Block.hex(hex)));
  }

  @Test
  void compressionException_hasNoStackTrace() {
    assertThatExceptionOfType(CompressionException.class)
        .isThrownBy(() -> Block.decode(decoder, Block.hex("80")))
        .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
  }

  /** RFC 7541, sections 4.2, 4.3 and 6.3. */
  @Nested
  class TableSize {

    @Test
    void update_toLess_evictsWhatNoLongerFits() throws CompressionException {
      Block.decode(decoder, new Block().indexing("a", "1").indexing("b", "2").octets());
      Block.decode(decoder, new Block().update(67).octets());

      assertThat(Block.table(decoder)).containsExactly("b: 2");
    }

    @Test
    void update_toNothingAndBack_emptiesTheTable() throws CompressionException {
      Block.decode(decoder, new Block().indexing("a", "1").octets());
      Block.decode(decoder, new Block().update(0).update(4096).indexing("b", "2").octets());

      assertThat(Block.table(decoder)).containsExactly("b: 2");
    }

    @Test
    void update_toASmallerLimit_isTakenEvenIfALargerOneFollows() throws CompressionException {
      decoder.tableLimit(100);
      decoder.tableLimit(8192);

      assertThat(Block.decode(decoder, new Block().update(100).update(8192).indexed(2).octets()))
          .containsExactly(":method: GET");
    }

    @Test
    void update_missingAfterASmallerLimit_isAnError() {
      decoder.tableLimit(4095);

      assertError(new Block().indexed(2));
    }

    @Test
    void update_notAsSmallAsTheLimitHasBeen_isAnError() {
      decoder.tableLimit(100);
      decoder.tableLimit(4096);

      assertError(new Block().update(101).indexed(2));
    }

    @Test
    void update_afterASmallerLimit_isWantedOnce() throws CompressionException {
      decoder.tableLimit(100);
      Block.decode(decoder, new Block().update(100).octets());

      assertThat(Block.decode(decoder, new Block().indexed(2).octets()))
          .containsExactly(":method: GET");
    }

    @Test
    void update_afterALimitThatTheTableIsBelow_isNotWanted() throws CompressionException {
      Block.decode(decoder, new Block().update(100).octets());
      decoder.tableLimit(200);

      assertThat(Block.decode(decoder, new Block().indexed(2).octets()))
          .containsExactly(":method: GET");
    }

    @Test
    void update_toALargerLimit_isTaken() throws CompressionException {
      decoder.tableLimit(10_000);
      Block.decode(
          decoder, new Block().update(10_000).indexing("large", "x".repeat(9_000)).octets());

      decoder.tableLimit(20_000);
      assertError(new Block().update(20_001));
    }

    private void assertError(Block block) {
      assertThatExceptionOfType(CompressionException.class)
          .isThrownBy(() -> Block.decode(decoder, block.octets()));
    }
  }

  /** RFC 9113, sections 6.5.2 and 10.5.1. */
  @Nested
  class ListLimit {

    @Test
    void decode_asMuchAsTheLimit_givesAll() throws CompressionException {
      byte[] block =
          new Block().without("a", "x".repeat(467)).without("b", "x".repeat(467)).octets();
      List<Field> fields = new ArrayList<>();

      assertThat(decoder.decode(block, 0, block.length, fields::add)).isEqualTo(LIST_LIMIT);
      assertThat(fields).hasSize(2);
    }

    @Test
    void decode_moreThanTheLimit_givesThoseBeforeAndTellsTheWholeSize()
        throws CompressionException {
      byte[] block =
          new Block()
              .without("a", "x".repeat(467))
              .without("b", "x".repeat(468))
              .without("", "")
              .octets();
      List<String> names = new ArrayList<>();

      assertThat(decoder.decode(block, 0, block.length, field -> names.add(field.name())))
          .isEqualTo(LIST_LIMIT + 1 + 32);
      assertThat(names).containsExactly("a");
    }

    @Test
    void decode_afterMoreThanTheLimit_isInStepWithTheEncoder() throws CompressionException {
      Block.decode(
          decoder,
          new Block().without("a", "x".repeat(2_000)).indexing("b", "1").indexed(62).octets());

      assertThat(Block.decode(decoder, new Block().indexed(62).octets())).containsExactly("b: 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {16_384, 1_000_000})
    void decode_bomb_givesNoMoreThanTheLimit(int references) throws CompressionException {
      Block bomb = new Block().indexing("a", "x".repeat(4096 - 33));
      for (int i = 0; i < references; i++) {
        bomb.indexed(62);
      }
      byte[] block = bomb.octets();
      List<Field> fields = new ArrayList<>();
      Decoder roomy = new Decoder(3 * 4096);

      assertThat(roomy.decode(block, 0, block.length, fields::add))
          .isEqualTo(4096L * (references + 1));
      assertThat(fields).hasSize(3);
    }
  }

  /** RFC 9113, section 8.2.1. */
  @Nested
  class WellFormed {

    @ParameterizedTest
    @ValueSource(strings = {"a", "x-1", ":path", "!#$%&'*+-.^_`|~"})
    void name_ofLowerCaseTokens_is(String name) throws CompressionException {
      assertThat(field(name, "v").wellFormed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "A", "aB", "a:", "a b", "::a", "a\0", "a\u007f", "\u00e4"})
    void name_ofAnythingElse_isNot(String name) throws CompressionException {
      assertThat(field(name, "v").wellFormed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v", "a b", "a\tb", "\u00e4\u00ff", "\u0080", "\"~"})
    void value_ofVisibleOctets_is(String value) throws CompressionException {
      assertThat(field("n", value).wellFormed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {" v", "v ", "\tv", "v\t", " ", "a\rb", "a\nb", "a\0b", "\u007f", "\u001f"})
    void value_withControlsOrWhiteSpaceAround_isNot(String value) throws CompressionException {
      assertThat(field("n", value).wellFormed()).isFalse();
    }

    @Test
    void field_outOfTheTable_isWhatItWas() throws CompressionException {
      field("A", "v");

      List<Field> fields = new ArrayList<>();
      decoder.decode(Block.hex("be82"), 0, 2, fields::add);

      assertThat(fields).extracting(Field::wellFormed).containsExactly(false, true);
    }

    private Field field(String name, String value) throws CompressionException {
      byte[] block = new Block().indexing(name, value).octets();
      List<Field> fields = new ArrayList<>();
      decoder.decode(block, 0, block.length, fields::add);
      return fields.getFirst();
    }
  }
}
