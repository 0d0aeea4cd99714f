package dev.pounce.server.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pounce.server.config.ServerConfig;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HeaderBlockTest {

  private static final int LIMIT = 1000;

  private final HeaderBlock block = new HeaderBlock(LIMIT);

  private byte[] octets() {
    return Arrays.copyOfRange(block.octets(), block.from(), block.to());
  }

  @Test
  void add_oneFrame_isNotCopied() throws ConnectionError {
    byte[] frame = {9, 1, 2, 3, 9};
    block.open(7, true, false);
    block.add(frame, 1, 4, true);
    assertThat(block.isOpen()).isFalse();
    assertThat(block.octets()).isSameAs(frame);
    assertThat(octets()).containsExactly(1, 2, 3);
    assertThat(block.stream()).isEqualTo(7);
    assertThat(block.endsStream()).isTrue();
  }

  @Test
  void add_severalFrames_arePutTogether() throws ConnectionError {
    block.open(1, false, false);
    block.add(new byte[] {9, 1, 2}, 1, 3, false);
    assertThat(block.isOpen()).isTrue();
    long since = block.openSince();
    assertThat(since).isNotZero();
    block.add(new byte[] {3}, 0, 1, false);
    assertThat(block.openSince()).isEqualTo(since);
    block.add(new byte[] {4, 5, 9}, 0, 2, true);
    assertThat(block.isOpen()).isFalse();
    assertThat(block.openSince()).isZero();
    assertThat(octets()).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void open_forgetsTheLastOne() throws ConnectionError {
    block.open(1, false, true);
    block.add(new byte[] {1, 2}, 0, 2, false);
    block.add(new byte[] {3}, 0, 1, true);
    block.open(3, false, false);
    block.add(new byte[] {4}, 0, 1, true);
    assertThat(octets()).containsExactly(4);
    assertThat(block.isOnItself()).isFalse();
  }

  private static void assertCalm(org.assertj.core.api.ThrowableAssert.ThrowingCallable adds) {
    assertThatExceptionOfType(ConnectionError.class)
        .isThrownBy(adds)
        .satisfies(e -> {
          assertThat(e.code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
          assertThat(e.refusal().status()).isEqualTo(431);
        });
  }

  @Test
  void add_tooManyFrames_endsTheConnection() throws ConnectionError {
    block.open(1, false, false);
    for (int i = 0; i < 64; i++) {
      block.add(new byte[0], 0, 0, false);
    }
    assertCalm(() -> block.add(new byte[0], 0, 0, true));
  }

  @Test
  void add_tooManyOctets_endsTheConnection() throws ConnectionError {
    block.open(1, false, false);
    block.add(new byte[2 * LIMIT], 0, 2 * LIMIT, false);
    assertCalm(() -> block.add(new byte[1], 0, 1, true));
  }

  @Test
  void check_moreThanAllowed_isRefused_andFarMoreEndsTheConnection() throws ConnectionError {
    RequestHead head = new RequestHead(ServerConfig.defaults());
    head.reset(false);
    block.check(LIMIT, head);
    assertThat(head.isRefused()).isFalse();
    block.check(LIMIT + 1, head);
    assertThat(head.isRefused()).isTrue();
    block.check(16 * LIMIT, head);
    assertCalm(() -> block.check(16 * LIMIT + 1, head));
  }
}
