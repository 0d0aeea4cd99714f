package dev.pounce.server.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.coding.Encoder;
import dev.pounce.testkit.Bodies;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gzip coding, read by the JDK's own decoder. */
class GzipTest {

  private static final int HEADER = 10;

  private final Gzip gzip = new Gzip();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 5_000, 1_000_000})
  void encode_whole_decodesToTheOriginal(int size) throws IOException {
    for (double noise : new double[] {0, 0.1, 1}) {
      byte[] original = Bodies.random(new Random(size), size, noise);
      byte[] padded = new byte[size + 7];
      System.arraycopy(original, 0, padded, 3, size);

      assertThat(decoded(octets(gzip.encode(padded, 3, size)))).isEqualTo(original);
    }
  }

  @Test
  void encode_text_isAQuarterOfIt() {
    byte[] json = Bodies.json(10_000);
    assertThat(gzip.encode(json, 0, json.length).remaining()).isLessThan(json.length / 4);
  }

  @Test
  void encode_randomPieces_canEachBeDecodedAtOnce_andAllInTheEnd() throws Exception {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      byte[] original = Bodies.random(random, random.nextInt(60_000), random.nextDouble());
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      Arrival arrival = new Arrival();
      try (Encoder encoder = gzip.encoder()) {
        for (int from = 0; from < original.length; ) {
          int length = Math.min(Bodies.pieceSize(random), original.length - from);
          byte[] coded = octets(encoder.encode(original, from, length, false));
          from += length;
          sent.write(coded);
          arrival.add(coded);
          assertThat(arrival.decoded())
              .as("seed %s", seed)
              .isEqualTo(Arrays.copyOf(original, from));
        }
        sent.write(octets(encoder.encode(original, 0, 0, true)));
      }
      assertThat(decoded(sent.toByteArray())).as("seed %s", seed).isEqualTo(original);
    }
  }

  @Test
  void encode_nothingBetweenPieces_changesNothing() throws IOException {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    byte[] text = "hello ".repeat(20).getBytes();
    try (Encoder encoder = gzip.encoder()) {
      for (int i = 0; i < 5; i++) {
        sent.write(octets(encoder.encode(text, 0, 0, false)));
      }
      sent.write(octets(encoder.encode(text, 0, text.length, false)));
      sent.write(octets(encoder.encode(text, 0, 0, false)));
      sent.write(octets(encoder.encode(text, 0, text.length, true)));
    }
    assertThat(decoded(sent.toByteArray())).asString().isEqualTo("hello ".repeat(40));
  }

  @Test
  void encoder_closedInTheMiddle_leavesNothingToTheNext() throws IOException {
    byte[] json = Bodies.json(5_000);
    try (Encoder cut = gzip.encoder()) {
      cut.encode(json, 0, json.length, false);
    }
    assertThat(decoded(octets(gzip.encode(json, 0, 100)))).isEqualTo(Arrays.copyOf(json, 100));
  }

  private static byte[] octets(ByteBuffer coded) {
    byte[] octets = new byte[coded.remaining()];
    coded.get(octets);
    return octets;
  }

  private static byte[] decoded(byte[] coded) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(coded))) {
      return in.readAllBytes();
    }
  }

  /** A client that decodes what has come so far. */
  private static final class Arrival {

    private final Inflater inflater = new Inflater(true);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private boolean begun;

    void add(byte[] coded) throws DataFormatException {
      int from = begun ? 0 : HEADER;
      begun = true;
      inflater.setInput(coded, from, coded.length - from);
      byte[] room = new byte[4096];
      for (int n = inflater.inflate(room); n > 0; n = inflater.inflate(room)) {
        out.write(room, 0, n);
      }
    }

    byte[] decoded() {
      return out.toByteArray();
    }
  }
}
