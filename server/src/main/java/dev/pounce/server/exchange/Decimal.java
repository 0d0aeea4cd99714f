package dev.pounce.server.exchange;

/** Numbers as ASCII digits, without a String. */
public final class Decimal {

  private Decimal() {}

  /** Writes a number of 0 or more and returns the offset behind it. */
  public static int put(long number, byte[] target, int at) {
    int end = at + 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      end++;
    }
    int digit = end;
    long rest = number;
    do {
      target[--digit] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (digit > at);
    return end;
  }

  /** How many hexadecimal digits a number of 0 or more has. */
  public static int hexDigits(int number) {
    return Math.max(1, (35 - Integer.numberOfLeadingZeros(number)) / 4);
  }

  /** Writes a number of 0 or more in hexadecimal and returns the offset behind it. */
  public static int putHex(int number, byte[] target, int at) {
    for (int i = hexDigits(number) - 1; i >= 0; i--) {
      target[at++] = (byte) Character.forDigit(number >>> (4 * i) & 15, 16);
    }
    return at;
  }
}
