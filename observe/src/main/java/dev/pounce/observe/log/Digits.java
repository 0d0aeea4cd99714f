package dev.pounce.observe.log;

/** Writes numbers as decimal digits, without garbage. */
final class Digits {
  /** The most digits that a number has. */
  static final int MOST = 19;

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

  /** Writes nanoseconds as milliseconds with one to three decimals. */
  static int thousandths(long nanos, byte[] target, int at) {
    long micros = (Math.max(0, nanos) + 500) / 1000;
    long millis = micros / 1000;
    int rest = (int) (micros - millis * 1000);
    int to = decimal(millis, target, at);
    target[to++] = '.';
    target[to++] = (byte) ('0' + rest / 100);
    if (rest % 100 == 0) {
      return to;
    }
    target[to++] = (byte) ('0' + rest / 10 % 10);
    if (rest % 10 == 0) {
      return to;
    }
    target[to++] = (byte) ('0' + rest % 10);
    return to;
  }

  /** Writes nanoseconds as milliseconds with one decimal. */
  static int tenths(long nanos, byte[] target, int at) {
    long tenths = (Math.max(0, nanos) + 50_000) / 100_000;
    int to = decimal(tenths / 10, target, at);
    target[to++] = '.';
    target[to++] = (byte) ('0' + tenths % 10);
    return to;
  }

  private static int width(long value) {
    int width = 1;
    for (long limit = 10; width < MOST && value >= limit; limit *= 10) {
      width++;
    }
    return width;
  }
}
