package dev.pounce.server.http2.hpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Spoiled blocks and mere noise. {@code -Dfuzz.seed=N} chooses which, and {@code -Dfuzz.blocks=N}
 * how many.
 */
@Timeout(600)
class DecoderFuzzTest {

  private static final long SEED = Long.getLong("fuzz.seed", 7541);
  private static final int BLOCKS = Integer.getInteger("fuzz.blocks", 300_000);
  private static final int LIST_LIMIT = 500;

  private static final List<byte[]> CORPUS =
      List.of(
          Block.hex("828684418cf1e3c2e5f23a6ba0ab90f4ff"),
          Block.hex("828684be5886a8eb10649cbf"),
          Block.hex("828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"),
          Block.hex("4803333032580770726976617465611d4d6f6e2c203231204f63742032303133"),
          Block.hex("488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff"),
          Block.hex("100870617373776f726406736563726574"),
          new Block().update(0).update(4096).indexing("a", "b").indexed(62).octets());

  /** How the blocks have fared, so that the test is known to have come to both ends. */
  private int decoded;

  private int refused;

  @Test
  void decode_spoiledBlocks_endsWithFieldsOrCompressionException() {
    Random random = new Random(SEED);
    Decoder decoder = new Decoder(LIST_LIMIT);
    for (int i = 0; i < BLOCKS; i++) {
      if (random.nextInt(20) == 0) {
        decoder = new Decoder(LIST_LIMIT);
      }
      byte[] block = spoiled(random);
      try {
        decode(decoder, block);
      } catch (RuntimeException | Error e) {
        fail("fuzz.seed=%d block=%d %s".formatted(SEED, i, HexFormat.of().formatHex(block)), e);
      }
    }
    assertThat(decoded).isGreaterThan(BLOCKS / 10);
    assertThat(refused).isGreaterThan(BLOCKS / 10);
  }

  /** One that has refused a block is not to be used again; nothing worse must come of it either. */
  private void decode(Decoder decoder, byte[] block) {
    long[] given = {0};
    try {
      long size = decoder.decode(block, 0, block.length, field -> given[0] += field.size());
      assertThat(given[0]).isEqualTo(size <= LIST_LIMIT ? size : given[0]);
      decoded++;
    } catch (CompressionException e) {
      refused++;
    }
    assertThat(given[0]).isLessThanOrEqualTo(LIST_LIMIT);
    assertThat(Block.table(decoder)).hasSizeLessThanOrEqualTo(4096 / 32);
  }

  private static byte[] spoiled(Random random) {
    if (random.nextInt(4) == 0) {
      byte[] noise = new byte[random.nextInt(40)];
      random.nextBytes(noise);
      return noise;
    }
    byte[] block = CORPUS.get(random.nextInt(CORPUS.size())).clone();
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(block.length);
      switch (random.nextInt(3)) {
        case 0 -> block[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> block[at] = (byte) random.nextInt(256);
        default -> block = Arrays.copyOf(block, at + 1);
      }
    }
    return block;
  }
}
