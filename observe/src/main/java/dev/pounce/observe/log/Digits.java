package dev.pounce.observe.log;

/** Writes numbers as decimal digits, without garbage. */
final class Digits {
  private Digits() {}

  /** Writes {@code value}, which is 0 or more, and returns the offset after it. */
  static int decimal(long value, byte[] target, int at) {
    int end = at + width(value);
    long rest = value;
    int digit = end;
    do {
      long tenth = rest / 10;
      target[--digit] = (byte) ('0' + (rest - tenth * 10));
      rest = tenth;
    } while (rest != 0);
    return end;
  }

  /** Writes two digits of {@code value}, which is 0 to 99, and returns the offset after them. */
  static int pair(int value, byte[] target, int at) {
    target[at] = (byte) ('0' + value / 10);
    target[at + 1] = (byte) ('0' + value % 10);
    return at + 2;
  }

  private static int width(long value) {
    int width = 1;
    for (long limit = 10; width < 19 && value >= limit; limit *= 10) {
      width++;
    }
    return width;
  }
}
