package dev.pounce.observe.log;

import java.util.Random;

/** What a client might send. */
final class Noise {
  private Noise() {}

  /** Up to 30 characters, of which many are of those that matter. */
  static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(30); left > 0; left--) {
      switch (random.nextInt(8)) {
        case 0 -> text.append((char) random.nextInt(0x20));
        case 1 -> text.append((char) (0x7f + random.nextInt(0x30)));
        case 2 -> text.append("\"\\/'\n\r\u001b".charAt(random.nextInt(7)));
        case 3 -> text.append((char) random.nextInt(0x10000));
        case 4 -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
        case 5 -> text.append((char) (0x2000 + random.nextInt(0x80)));
        default -> text.append((char) (0x20 + random.nextInt(0x5f)));
      }
    }
    return text.toString();
  }
}
