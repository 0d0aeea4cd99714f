package dev.pounce.server.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes.
 *
 * @param bytes 0 or more
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {

  private static final Pattern TEXT = Pattern.compile("(\\d{1,18})\\s*(B|KiB|MiB|GiB)?");
  private static final String UNITS = "KMG";

  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes: " + bytes + " (expected: >= 0)");
    }
  }

  /** A number of bytes. */
  public static ByteSize of(long bytes) {
    return new ByteSize(bytes);
  }

  /** A number of kibibytes (1,024 bytes). */
  public static ByteSize kib(long kibibytes) {
    return new ByteSize(Math.multiplyExact(kibibytes, 1024L));
  }

  /** A number of mebibytes (1,048,576 bytes). */
  public static ByteSize mib(long mebibytes) {
    return kib(Math.multiplyExact(mebibytes, 1024L));
  }

  /**
   * Reads {@code 1048576}, {@code 64KiB}, {@code 1MiB} or {@code 2GiB}.
   *
   * @throws IllegalArgumentException if the text is none of these
   */
  public static ByteSize parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("a number of bytes, or of KiB, MiB or GiB");
    }
    String unit = matcher.group(2);
    int power = unit == null || unit.equals("B") ? 0 : UNITS.indexOf(unit.charAt(0)) + 1;
    long count = Long.parseLong(matcher.group(1));
    if (count > Long.MAX_VALUE >>> (10 * power)) {
      throw new IllegalArgumentException("fewer than 8 EiB");
    }
    return new ByteSize(count << (10 * power));
  }

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** The shortest exact form: {@code 1MiB}, {@code 1500}. */
  @Override
  public String toString() {
    int power = 0;
    long count = bytes;
    while (power < UNITS.length() && count > 0 && count % 1024 == 0) {
      count /= 1024;
      power++;
    }
    return power == 0
        ? String.valueOf(bytes)
        : String.format(Locale.ROOT, "%d%ciB", count, UNITS.charAt(power - 1));
  }
}
