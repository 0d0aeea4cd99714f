package dev.pounce.server;

import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.zip.CRC32;

/** Any amount of bytes of which no two blocks are the same, and their checksum. */
final class Bulk {

  static final int BLOCK = 16 * 1024;

  private static final byte[] NOISE = new byte[BLOCK];

  static {
    new Random(1).nextBytes(NOISE);
  }

  private Bulk() {}

  /** The block with this number. */
  static byte[] block(long number) {
    byte[] block = NOISE.clone();
    for (int i = 0; i < 8; i++) {
      block[i * 1000] = (byte) (number >>> 8 * i);
    }
    return block;
  }

  /** How many bytes there were, and their checksum. */
  static String checksum(InputStream in) throws IOException {
    CRC32 crc = new CRC32();
    long length = 0;
    byte[] piece = new byte[BLOCK];
    for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
      crc.update(piece, 0, count);
      length += count;
    }
    return length + " bytes, " + Long.toHexString(crc.getValue());
  }

  /** The checksum of the blocks from the first on. */
  static String checksum(long blocks) {
    CRC32 crc = new CRC32();
    for (long i = 0; i < blocks; i++) {
      crc.update(block(i));
    }
    return blocks * BLOCK + " bytes, " + Long.toHexString(crc.getValue());
  }
}
