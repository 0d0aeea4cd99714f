package dev.pounce.server.websocket;

import static dev.pounce.server.websocket.Frames.FIN;
import static dev.pounce.server.websocket.Frames.RSV1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed messages, as RFC 7692 and its examples have them. */
class CompressionTest {

  private static final Compression KEPT = new Compression(true, true, "");
  private static final Compression ALONE = new Compression(false, false, "");
  private static final int TEXT = RSV1 | Opcode.TEXT;

  private static byte[] octets(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static List<String> heard(Frames frames, int limit, Compression agreed)
      throws IOException {
    byte[] octets = frames.octets();
    List<String> whole = Heard.from(Cuts.whole(octets), limit, agreed);
    assertThat(Heard.from(Cuts.single(octets), limit, agreed)).isEqualTo(whole);
    Random random = new Random(7692);
    for (int i = 0; i < 10; i++) {
      assertThat(Heard.from(Cuts.random(octets, random), limit, agreed)).isEqualTo(whole);
    }
    return whole;
  }

  private static List<String> heard(Frames frames, Compression agreed) throws IOException {
    return heard(frames, Heard.LIMIT, agreed);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "fixed Huffman,      f2 48 cd c9 c9 07 00",
    "no compression,     00 05 00 fa ff 48 65 6c 6c 6f 00",
    "final block,        f3 48 cd c9 c9 07 00 00",
    "two blocks,         f2 48 05 00 00 00 ff ff ca c9 c9 07 00",
    "final block and end, f3 48 cd c9 c9 07 00",
  })
  void hello_inEveryFormOfTheRfc_isHeard(String name, String hex) throws IOException {
    byte[] payload = octets(hex);
    Frames frames = Frames.of().frame(FIN | TEXT, payload).frame(FIN | TEXT, payload);

    assertThat(heard(frames, ALONE)).containsExactly("text Hello", "text Hello", "end");
    assertThat(heard(frames, KEPT)).containsExactly("text Hello", "text Hello", "end");
  }

  @Test
  void helloAgain_refersToTheFirst() throws IOException {
    Frames frames =
        Frames.of()
            .frame(FIN | TEXT, octets("f2 48 cd c9 c9 07 00"))
            .text("not compressed")
            .frame(FIN | TEXT, octets("f2 00 11 00 00"));

    assertThat(heard(frames, KEPT))
        .containsExactly("text Hello", "text not compressed", "text Hello", "end");
    assertThat(heard(frames, ALONE))
        .containsExactly("text Hello", "text not compressed", "fails with 1007");
  }

  @Test
  void fragmentsOfACompressedMessage_withPingsBetween_areHeard() throws IOException {
    Frames frames =
        Frames.of()
            .frame(TEXT, octets("f2 48 cd"))
            .ping("")
            .frame(0, "")
            .frame(FIN, octets("c9 c9 07 00"));

    assertThat(heard(frames, KEPT)).containsExactly("ping ", "text Hello", "end");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "02 00", "03 00"})
  void emptyMessage_inEveryForm_isHeard(String hex) throws IOException {
    Frames frames =
        Frames.of()
            .frame(FIN | TEXT, octets(hex))
            .frame(FIN | TEXT, octets("f2 48 cd c9 c9 07 00"));

    assertThat(heard(frames, KEPT)).containsExactly("text ", "text Hello", "end");
    assertThat(heard(frames, ALONE)).containsExactly("text ", "text Hello", "end");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "reserved block type,   07",
    "lengths that differ,   00 05 00 fa fe 48 65 6c 6c 6f 00",
    "distance too far,      f2 00 11 00 00",
  })
  void dataThatCannotBeInflated_failsWith1007(String name, String hex) throws IOException {
    assertThat(heard(Frames.of().frame(FIN | TEXT, octets(hex)), KEPT))
        .containsExactly("fails with 1007");
  }

  @Test
  void reservedBitOfAnotherFrame_failsWith1002() throws IOException {
    byte[] hello = octets("f2 48 cd c9 c9 07 00");

    assertThat(heard(Frames.of().frame(TEXT, hello).frame(FIN | RSV1, ""), KEPT))
        .containsExactly("fails with 1002");
    assertThat(heard(Frames.of().frame(FIN | RSV1 | Opcode.PING, ""), KEPT))
        .containsExactly("fails with 1002");
    assertThat(heard(Frames.of().frame(FIN | 0x20 | Opcode.TEXT, ""), KEPT))
        .containsExactly("fails with 1002");
  }

  @Test
  void wrongOctet_isRefusedBeforeTheMessageHasCome() throws IOException {
    byte[] payload = flushed(Conformance.bytes(0x41, 0xff), Deflater.NO_COMPRESSION);
    byte[] frames = Frames.of().frame(TEXT, payload).octets();

    assertThat(Heard.from(Cuts.single(frames), Heard.LIMIT, ALONE))
        .containsExactly("fails with 1007");
  }

  @Test
  void inflatedMessage_ofTheLimitIsHeardAndOneOctetMoreIsNot() throws IOException {
    Frames fits = Frames.of().frame(FIN | RSV1 | Opcode.BINARY, flushed(new byte[5000], 9));
    Frames more = Frames.of().frame(FIN | RSV1 | Opcode.BINARY, flushed(new byte[5001], 9));

    assertThat(heard(fits, 5000, KEPT))
        .containsExactly(Heard.line(new Message.Binary(new byte[5000])), "end");
    assertThat(heard(more, 5000, KEPT)).containsExactly("fails with 1009");
  }

  @Test
  void bomb_isRefusedAndTakesNoMoreThanTheLimit() throws Failure {
    byte[] bomb = flushed(new byte[64 << 20], 9);
    Assembly target = new Assembly(false, true, 100_000);
    Inflation inflation = new Inflation(false);

    String heard = "nothing";
    try {
      inflation.inflate(bomb, 0, bomb.length, target);
    } catch (Failure failure) {
      heard = "" + failure.code();
    } finally {
      inflation.end();
    }

    assertThat(bomb.length).isLessThan(100_000);
    assertThat(heard).isEqualTo("1009");
    assertThat(target.octets().length).isLessThanOrEqualTo(100_001);
  }

  @ParameterizedTest
  @CsvSource({"true, 9", "true, 1", "true, 0", "false, 9", "false, 6", "false, 0"})
  void messagesOfManySizes_atEveryLevelInAnyFragments_areHeard(boolean takeover, int level)
      throws IOException {
    Random random = new Random(level);
    Frames frames = Frames.of();
    StringBuilder expected = new StringBuilder();
    Deflater deflater = new Deflater(level, true);
    for (int size : new int[] {1, 16, 64, 256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072}) {
      byte[] octets = new byte[size];
      for (int i = 0; i < size; i++) {
        octets[i] = (byte) random.nextInt(1 << 1 + i * 7 / size);
      }
      fragments(frames, flush(deflater, octets), random);
      expected.append(Heard.line(new Message.Binary(octets))).append('\n');
      if (!takeover) {
        deflater.reset();
      }
    }
    deflater.end();

    assertThat(String.join("\n", heard(frames, takeover ? KEPT : ALONE)))
        .isEqualTo(expected + "end");
  }

  private static void fragments(Frames frames, byte[] payload, Random random) {
    int first = RSV1 | Opcode.BINARY;
    int from = 0;
    while (random.nextInt(4) > 0) {
      int to = random.nextInt(from, payload.length + 1);
      frames.frame(first, Arrays.copyOfRange(payload, from, to));
      first = 0;
      from = to;
    }
    frames.frame(FIN | first, Arrays.copyOfRange(payload, from, payload.length));
  }

  @Test
  void deflation_anyOutputThatFillsItsRoom_losesNothing() throws IOException, Failure {
    Deflation deflation = new Deflation(true);
    Inflation inflation = new Inflation(true);
    Random random = new Random(1951);
    for (int size = 1; size < 600; size++) {
      byte[] noise = new byte[size];
      random.nextBytes(noise);
      ByteBuffer compressed = deflation.deflate(noise, 10);
      Assembly target = new Assembly(false, true, 1000);

      assertThat(compressed.position()).isEqualTo(10);
      inflation.inflate(compressed.array(), 10, compressed.limit(), target);
      inflation.finish(target);

      assertThat(Heard.line(target.finish())).isEqualTo(Heard.line(new Message.Binary(noise)));
    }
    deflation.end();
    inflation.end();
  }

  private static byte[] flushed(byte[] octets, int level) {
    Deflater deflater = new Deflater(level, true);
    try {
      return flush(deflater, octets);
    } finally {
      deflater.end();
    }
  }

  /** A flushed message without the flush's last four octets. */
  private static byte[] flush(Deflater deflater, byte[] octets) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] piece = new byte[1 << 20];
    deflater.setInput(octets);
    int count;
    do {
      count = deflater.deflate(piece, 0, piece.length, Deflater.SYNC_FLUSH);
      out.write(piece, 0, count);
    } while (count == piece.length);
    return Arrays.copyOf(out.toByteArray(), out.size() - 4);
  }
}
