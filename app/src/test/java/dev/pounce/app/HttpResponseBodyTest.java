package dev.pounce.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpResponseBodyTest {

  private static final byte[] FOUR = {1, 2, 3, 4};

  @ParameterizedTest
  @CsvSource({"-1, 2", "0, -1", "0, 5", "3, 2", "5, 0", "2147483647, 1", "1, 2147483647"})
  void new_rangeBeyondTheArray_isRefused(int offset, int length) {
    assertThatThrownBy(() -> new HttpResponseBody(FOUR, offset, length, false))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @CsvSource({"0, 4", "0, 0", "4, 0", "1, 3"})
  void new_rangeWithinTheArray_isTaken(int offset, int length) {
    HttpResponseBody piece = new HttpResponseBody(FOUR, offset, length, true);
    assertThat(piece.offset()).isEqualTo(offset);
    assertThat(piece.length()).isEqualTo(length);
  }

  @Test
  void new_arrayAlone_isAllOfIt() {
    assertThat(new HttpResponseBody(FOUR, true)).isEqualTo(new HttpResponseBody(FOUR, 0, 4, true));
  }

  @Test
  void last_bytes_areTheWholeArrayAndNoMore() {
    assertThat(HttpResponseBody.last(FOUR)).isEqualTo(new HttpResponseBody(FOUR, 0, 4, false));
  }

  @Test
  void end_always_hasNoBytesAndNoMore() {
    assertThat(HttpResponseBody.end().length()).isZero();
    assertThat(HttpResponseBody.end().moreBody()).isFalse();
  }
}
