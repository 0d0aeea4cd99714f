package dev.pounce.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Random;

/** Bodies to compress. */
public final class Bodies {

  private static final String[] WORDS = {"\"name\":", "\"price\":", "[", "]", "true", "12.99", ","};

  private Bodies() {}

  /**
   * Words, with noise between them.
   *
   * @param random decides on both
   * @param size in bytes
   * @param noise how much: 0 is none, and 1 is nothing else
   * @return so many bytes
   */
  public static byte[] random(Random random, int size, double noise) {
    byte[] body = new byte[size];
    random.nextBytes(body);
    for (int at = 0; at < size; at++) {
      if (random.nextDouble() >= noise) {
        byte[] word = WORDS[random.nextInt(WORDS.length)].getBytes(US_ASCII);
        int fitting = Math.min(word.length, size - at);
        System.arraycopy(word, 0, body, at, fitting);
        at += fitting - 1;
      }
    }
    return body;
  }

  /**
   * What a usual API answers.
   *
   * @param size in bytes, where it is cut off
   * @return so many bytes
   */
  public static byte[] json(int size) {
    Random random = new Random(size);
    StringBuilder json = new StringBuilder("[");
    for (int id = 1; json.length() < size; id++) {
      json.append("{\"id\":").append(id).append(",\"price\":").append(random.nextInt(10_000));
      json.append(",\"tags\":[\"new\",\"sale\"],\"inStock\":").append(random.nextBoolean());
      json.append("},");
    }
    return Arrays.copyOf(json.toString().getBytes(US_ASCII), size);
  }

  /**
   * Mostly small, now and then nothing, and now and then a lot.
   *
   * @param random decides
   * @return a number of bytes
   */
  public static int pieceSize(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> 0;
      case 1 -> 1;
      case 2 -> random.nextInt(30_000);
      default -> random.nextInt(2_000);
    };
  }
}
