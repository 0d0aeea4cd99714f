package dev.pounce.compression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.coding.ContentCoding;
import dev.pounce.server.coding.Encoder;
import dev.pounce.testkit.Bodies;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is coded decodes to the original, by decoders that share nothing with the encoders. */
class CodingsTest {

  private static byte[] octets(ByteBuffer coded) {
    return Arrays.copyOfRange(
        coded.array(), coded.arrayOffset() + coded.position(), coded.arrayOffset() + coded.limit());
  }

  @Test
  void serviceLoader_findsThem_theFavouriteFirst() {
    assertThat(ServiceLoader.load(ContentCoding.class))
        .map(ContentCoding::name)
        .containsExactly("zstd", "br");
  }

  @ParameterizedTest
  @EnumSource
  void encode_whole_decodesToTheOriginal(Coding coding) throws IOException {
    for (int size : new int[] {0, 1, 100, 5_000, 65_536, 1_000_000, 2_000_000}) {
      for (double noise : new double[] {0, 0.1, 1}) {
        byte[] original = Bodies.random(new Random(size), size, noise);
        byte[] padded = new byte[size + 7];
        System.arraycopy(original, 0, padded, 3, size);

        byte[] coded = octets(coding.coding.encode(padded, 3, size));
        assertThat(coding.decoded(coded)).as("%s bytes", size).isEqualTo(original);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void encode_randomPieces_canEachBeDecodedAtOnce_andAllInTheEnd(Coding coding) throws IOException {
    for (int seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      byte[] original = Bodies.random(random, random.nextInt(40_000), random.nextDouble());
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      try (Encoder encoder = coding.coding.encoder()) {
        for (int from = 0; from < original.length; ) {
          int length = Math.min(1 + random.nextInt(4_000), original.length - from);
          sent.write(octets(encoder.encode(original, from, length, false)));
          from += length;
          assertThat(coding.decodedSoFar(sent.toByteArray()))
              .as("seed %s, %s bytes", seed, from)
              .isEqualTo(Arrays.copyOf(original, from));
        }
        sent.write(octets(encoder.encode(original, 0, 0, true)));
      }
      assertThat(coding.decoded(sent.toByteArray())).as("seed %s", seed).isEqualTo(original);
    }
  }

  @ParameterizedTest
  @EnumSource
  void encode_largePieces_decodeToTheOriginal(Coding coding) throws IOException {
    byte[] original = Bodies.random(new Random(1), 3_000_000, 0.2);
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    try (Encoder encoder = coding.coding.encoder()) {
      sent.write(octets(encoder.encode(original, 0, 1_000_000, false)));
      sent.write(octets(encoder.encode(original, 1_000_000, 2_000_000, true)));
    }
    assertThat(coding.decoded(sent.toByteArray())).isEqualTo(original);
  }

  @ParameterizedTest
  @EnumSource
  void encode_onManyThreads_mixesNothingUp(Coding coding) throws Exception {
    CountDownLatch together = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks =
          IntStream.range(0, 50)
              .<Future<?>>mapToObj(seed ->
                  threads.submit(() -> {
                    together.await();
                    for (int i = 0; i < 20; i++) {
                      byte[] original = Bodies.random(new Random(100 * seed + i), 3_000, 0.1);
                      byte[] coded = octets(coding.coding.encode(original, 0, original.length));
                      assertThat(coding.decoded(coded)).isEqualTo(original);
                    }
                    return null;
                  }))
              .toList();
      together.countDown();
      for (Future<?> task : tasks) {
        task.get();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void encoder_closedInTheMiddle_leavesNothingToTheNext(Coding coding) throws IOException {
    byte[] original = Bodies.random(new Random(1), 5_000, 0.1);
    for (int i = 0; i < 100; i++) {
      try (Encoder cut = coding.coding.encoder()) {
        cut.encode(original, 0, original.length, false);
      }
    }
    assertThat(coding.decoded(octets(coding.coding.encode(original, 0, 100))))
        .isEqualTo(Arrays.copyOf(original, 100));
  }
}
