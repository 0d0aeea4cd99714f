package dev.pounce.server.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WindowTest {

  private final Window window = new Window(100);

  @Test
  void take_asMuchAsThereIs_isAllowed() {
    assertThat(window.take(60)).isTrue();
    assertThat(window.take(40)).isTrue();
    assertThat(window.take(0)).isTrue();
  }

  @Test
  void take_more_isNot() {
    assertThat(window.take(60)).isTrue();
    assertThat(window.take(41)).isFalse();
  }

  @Test
  void give_little_waitsUntilItIsHalfTheWindow() {
    window.take(100);
    assertThat(window.give(49)).isZero();
    assertThat(window.give(1)).isEqualTo(50);
    assertThat(window.give(49)).isZero();
  }

  @Test
  void give_makesRoom_onlyWhenThePeerIsTold() {
    window.take(100);
    window.give(49);
    assertThat(window.take(1)).isFalse();
  }

  @Test
  void give_told_mayBeTakenAgain() {
    window.take(100);
    assertThat(window.give(70)).isEqualTo(70);
    assertThat(window.take(70)).isTrue();
    assertThat(window.take(1)).isFalse();
  }
}
