package dev.pounce.server.websocket;

import static dev.pounce.server.websocket.Frames.FIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a reader refuses, and what it holds: limits, and the first octet that is wrong. */
class ReaderTest {

  private static final int HEAD = 2 + 4;

  @ParameterizedTest(name = "{0}: after {2} octets")
  @CsvSource({
    "reserved bit,              91 85 00 00 00 00,  2",
    "reserved opcode,           83 85 00 00 00 00,  2",
    "no mask,                   81 05 48 65 6c 6c,  2",
    "fragmented ping,           09 80 00 00 00 00,  2",
    "long ping,                 89 fe 00 80 00 00,  2",
    "continuation of nothing,   80 85 00 00 00 00,  2",
    "text in text,              01 80 00 00 00 00 81 80 00 00 00 00,  8",
    "first octet of text,       81 85 00 00 00 00 ff 41 41 41 41,  7",
    "overlong form,             81 85 00 00 00 00 e0 80 41 41 41,  8",
    "surrogate,                 81 85 00 00 00 00 ed a0 80 41 41,  8",
    "beyond Unicode,            81 85 00 00 00 00 f4 90 41 41 41,  8",
    "third octet,               81 85 00 00 00 00 f0 9f 41 41 41,  9",
    "octet of a later fragment, 01 81 00 00 00 00 e2 00 85 00 00 00 00 82 41 41,  15",
  })
  void wrongOctet_isRefusedBeforeTheNextIsRead(String name, String hex, int position)
      throws IOException {
    Cuts in = Cuts.single(Frames.of().hex(hex).octets());

    assertThat(Heard.from(in)).singleElement().asString().startsWith("fails with 100");
    assertThat(in.position()).isEqualTo(position);
  }

  @Test
  void messageOfTheLimit_isHeard() throws IOException {
    byte[] octets = Frames.of().frame(2, new byte[60]).frame(FIN, new byte[40]).octets();

    assertThat(Heard.from(Cuts.whole(octets), 100, null))
        .containsExactly(Heard.line(new Message.Binary(new byte[100])), "end");
  }

  @Test
  void frameBeyondTheLimit_isRefusedAtItsHead() throws IOException {
    Cuts in = Cuts.single(Frames.of().binary(new byte[101]).octets());

    assertThat(Heard.from(in, 100, null)).containsExactly("fails with 1009");
    assertThat(in.position()).isEqualTo(HEAD);
  }

  @Test
  void fragmentsBeyondTheLimit_areRefusedAtTheHeadOfTheFirstTooMany() throws IOException {
    byte[] start = Frames.of().frame(1, "x".repeat(60)).octets();
    byte[] all = Frames.of().frame(1, "x".repeat(60)).frame(0, "x".repeat(41)).octets();
    Cuts in = Cuts.single(all);

    assertThat(Heard.from(in, 100, null)).containsExactly("fails with 1009");
    assertThat(in.position()).isEqualTo(start.length + HEAD);
  }

  @Test
  void largestLength_isRefusedWithoutRoomForIt() throws IOException {
    byte[] octets = Frames.of().head(FIN | 2, 8, Long.MAX_VALUE).hex("00 00 00 00").octets();

    assertThat(Heard.from(Cuts.whole(octets), Reader.LARGEST_LIMIT, null))
        .containsExactly("fails with 1009");
  }

  @Test
  void announcedOctets_takeNoRoomBeforeTheyCome() throws IOException {
    byte[] head = Frames.of().head(FIN | 2, 8, 1 << 30).hex("00 00 00 00").octets();
    Cuts in = Cuts.whole(head);
    int[] most = new int[1];

    Heard.from(
        (into, from, to) -> {
          most[0] = Math.max(most[0], into.length);
          return in.read(into, from, to);
        },
        1 << 30,
        null);

    assertThat(most[0]).isBetween(1, 16 * 1024);
  }

  @Test
  void controlFrames_countForNoLimit() throws IOException {
    byte[] octets = Frames.of().frame(2, new byte[9]).ping("ping").frame(FIN, new byte[1]).octets();

    assertThat(Heard.from(Cuts.whole(octets), 10, null))
        .containsExactly("ping 70696e67", "binary 00000000000000000000", "end");
  }

  @Test
  void failure_fitsIntoACloseFrame() {
    Failure failure = Failure.tooBig(Reader.LARGEST_LIMIT);

    assertThat(failure.close())
        .isEqualTo(new Message.Close(1009, "message of more than 2147483631 octets"));
    assertThat(failure.getStackTrace()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "2147483632"})
  void limit_thatNoArrayHasOrNoMessage_isRefused(int limit) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Reader(Cuts.whole(new byte[0]), limit, null));
  }

  @Test
  void mask_anyKeyAndPositionAndLength_isWhatTheRfcSays() {
    for (int length = 0; length < 40; length++) {
      for (int position = 0; position < 9; position++) {
        byte[] octets = new byte[length + 3];
        byte[] expected = octets.clone();
        for (int i = 0; i < length; i++) {
          expected[i + 1] = (byte) (0x81_02_f3_04 >> 24 - (position + i) % 4 * 8);
        }

        Mask.apply(0x81_02_f3_04, position, octets, 1, 1 + length);

        assertThat(octets).as("%d from %d", length, position).isEqualTo(expected);
      }
    }
  }
}
