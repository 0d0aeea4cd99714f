package dev.pounce.server.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FrameTest {

  @Test
  void head_hasLengthTypeFlagsAndStream() {
    byte[] octets = new byte[11];
    int end = Frame.head(0x012345, Frame.CONTINUATION, 0x25, 0x7fffffff, octets, 1);
    assertThat(end).isEqualTo(10);
    assertThat(octets).containsExactly(0, 0x01, 0x23, 0x45, 9, 0x25, 0x7f, 0xff, 0xff, 0xff, 0);
  }

  @Test
  void numbers_areUnsignedAndBigEndian() {
    byte[] octets = {(byte) 0xff, (byte) 0xfe, (byte) 0xfd, (byte) 0xfc, 1};
    assertThat(Frame.int16(octets, 0)).isEqualTo(0xfffe);
    assertThat(Frame.int24(octets, 0)).isEqualTo(0xfffefd);
    assertThat(Frame.int32(octets, 0)).isEqualTo(0xfffefdfc);
    assertThat(Frame.int31(octets, 0)).isEqualTo(0x7ffefdfc);
    assertThat(Frame.int32(octets, 1)).isEqualTo(0xfefdfc01);
  }

  @Test
  void put_isReadBack() {
    byte[] octets = new byte[6];
    for (int number : new int[] {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0x01020304}) {
      assertThat(Frame.put(number, octets, 2)).isEqualTo(6);
      assertThat(Frame.int32(octets, 2)).isEqualTo(number);
    }
  }
}
