package dev.pounce.server.websocket;

import static dev.pounce.server.websocket.Message.Close.NO_STATUS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pounce.server.websocket.Message.Close;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WriterTest {

  private static final Compression KEPT = new Compression(true, true, "");
  private static final Compression ALONE = new Compression(false, false, "");

  private final List<byte[]> writes = new ArrayList<>();
  private final Outflow out =
      (octets, from, to) -> writes.add(Arrays.copyOfRange(octets, from, to));
  private final Writer writer = new Writer(out, null);

  private List<String> hex() {
    return writes.stream().map(HexFormat.ofDelimiter(" ")::formatHex).toList();
  }

  @Test
  void frame_thatStopsInTheMiddle_isTheLast() {
    Outflow broken =
        (octets, from, to) -> {
          writes.add(Arrays.copyOfRange(octets, from, from + 1));
          throw new IOException("gone");
        };
    Writer stopped = new Writer(broken, null);

    assertThatThrownBy(() -> stopped.text("Hello")).hasMessage("gone");
    assertThat(writes).hasSize(1);
    assertThatCode(() -> assertThat(stopped.close(new Close(1000, ""))).isFalse())
        .doesNotThrowAnyException();
    assertThat(writes).hasSize(1);
    assertThat(stopped.sent()).isZero();
  }

  @Test
  void eachFrame_isOneWriteWithoutAMask() throws IOException {
    writer.text("Hello");
    writer.text("\u00b5 \ud83d\ude00");
    writer.binary(new byte[] {1, 2});
    writer.text("");
    writer.ping(new byte[] {3});
    writer.pong(new byte[0]);
    writer.close(new Close(1001, "bye"));

    assertThat(hex())
        .containsExactly(
            "81 05 48 65 6c 6c 6f",
            "81 07 c2 b5 20 f0 9f 98 80",
            "82 02 01 02",
            "81 00",
            "89 01 03",
            "8a 00",
            "88 05 03 e9 62 79 65");
  }

  @ParameterizedTest
  @CsvSource({
    "125,    82 7d",
    "126,    82 7e 00 7e",
    "65535,  82 7e ff ff",
    "65536,  82 7f 00 00 00 00 00 01 00 00"
  })
  void length_isInAsFewOctetsAsItTakes(int length, String head) throws IOException {
    byte[] octets = new byte[length];
    octets[0] = 1;
    octets[length - 1] = 2;

    writer.binary(octets);

    String all = String.join(" ", hex());
    assertThat(all).startsWith(head + " 01 ").endsWith(" 02");
    assertThat(all.length() + 1).isEqualTo(3 * length + head.length() + 1);
    assertThat(writes).hasSize(length > 16_384 ? 2 : 1);
  }

  @Test
  void loneSurrogate_isSentAsUtf8AllTheSame() throws IOException {
    writer.text("a\ud800b");

    assertThat(hex()).containsExactly("81 03 61 3f 62");
  }

  @Test
  void afterAClose_nothingIsSent() throws IOException {
    assertThat(writer.close(new Close(NO_STATUS, ""))).isTrue();

    assertThat(writer.text("a")).isFalse();
    assertThat(writer.binary(new byte[1])).isFalse();
    assertThat(writer.ping(new byte[0])).isFalse();
    assertThat(writer.pong(new byte[0])).isFalse();
    assertThat(writer.close(new Close(1000, ""))).isFalse();
    assertThat(hex()).containsExactly("88 00");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 999, 1004, 1006, 1015, 2999, 5000})
  void closeCodeThatNoFrameCarries_isNeverSent(int code) throws IOException {
    assertThatIllegalArgumentException().isThrownBy(() -> writer.close(new Close(code, "")));

    assertThat(writes).isEmpty();
    assertThat(writer.text("still open")).isTrue();
  }

  @Test
  void controlFrameThatIsTooLong_isNotSent() {
    assertThatIllegalArgumentException().isThrownBy(() -> writer.ping(new byte[126]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.close(new Close(1000, "x".repeat(124))));
    assertThat(writes).isEmpty();
  }

  @Test
  void compressed_isOneWriteAndWithoutTheFlushsTail() throws IOException {
    Writer compressing = new Writer(out, KEPT);
    String text = "Hello".repeat(20);

    compressing.text(text);
    compressing.text(text);
    compressing.end();

    assertThat(writes).hasSize(2);
    assertThat(writes.getFirst()[0]).isEqualTo((byte) 0xc1);
    assertThat(writes.getFirst()[1]).isEqualTo((byte) (writes.getFirst().length - 2));
    assertThat(hex().getFirst()).doesNotEndWith("00 00 ff ff");
    assertThat(writes.get(1).length).isLessThan(writes.getFirst().length);
  }

  @Test
  void contextNotKept_sameMessageIsCompressedTheSame() throws IOException {
    Writer compressing = new Writer(out, ALONE);

    compressing.text("Hello".repeat(300));
    compressing.text("Hello".repeat(300));

    assertThat(hex().getFirst()).startsWith("c1 ").isEqualTo(hex().get(1));
  }

  @Test
  void smallOrControl_isNotCompressed() throws IOException {
    Writer compressing = new Writer(out, ALONE);

    compressing.text("x".repeat(1023));
    compressing.ping("x".repeat(125).getBytes(UTF_8));

    assertThat(hex().getFirst()).startsWith("81 7e 03 ff 78");
    assertThat(hex().get(1)).startsWith("89 7d 78");
  }

  @Test
  void incompressible_isSentAsItIsWhereTheClientNeedNotKnow() throws IOException {
    byte[] noise = new byte[2000];
    new Random(1951).nextBytes(noise);
    Writer compressing = new Writer(out, ALONE);

    compressing.binary(noise);

    assertThat(hex().getFirst()).startsWith("82 7e 07 d0 ");
  }

  @Test
  void ended_sendsNothing() throws IOException {
    Writer compressing = new Writer(out, KEPT);
    compressing.end();

    assertThat(compressing.text("x".repeat(2000))).isFalse();
    assertThat(writes).isEmpty();
  }

  /** Each thread sends octets of its own; large ones take two writes. */
  @Test
  void framesOfManyThreads_areWholeAndNoneFollowsTheClose() throws InterruptedException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    Writer shared =
        new Writer(
            (octets, from, to) -> {
              wire.write(octets, from, to - from);
              Thread.yield();
            },
            null);
    List<Thread> threads = new ArrayList<>();
    CountDownLatch start = new CountDownLatch(1);
    for (int id = 1; id <= 4; id++) {
      byte[] payload = new byte[id % 2 == 0 ? 20_000 : 500];
      Arrays.fill(payload, (byte) id);
      threads.add(Thread.startVirtualThread(() -> sendUntilClosed(start, shared, payload)));
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    ByteBuffer frames = ByteBuffer.wrap(wire.toByteArray());
    int first = 0;
    while (first != 0x88) {
      first = frames.get() & 0xff;
      int length = frames.get();
      byte[] payload = new byte[length == 126 ? frames.getShort() : length];
      frames.get(payload);
      assertThat(payload).containsOnly(first == 0x88 ? new byte[] {3, -24} : repeated(payload));
    }
    assertThat(frames.hasRemaining()).isFalse();
  }

  private static byte[] repeated(byte[] payload) {
    return new byte[] {payload[0]};
  }

  private static void sendUntilClosed(CountDownLatch start, Writer writer, byte[] payload) {
    try {
      start.await();
      for (int i = 0; writer.binary(payload); i++) {
        if (i == 100) {
          writer.close(new Close(1000, ""));
        }
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
