package dev.pounce.observe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * The ID of one request: what a trusted peer sent, or a random UUID (RFC 9562, version 4) as 32
 * hexadecimal digits.
 *
 * <p>IDs of our own are made of a secret of the process, the connection's number and the request's
 * number on it, each put through a mixing function that maps no two inputs to one output. So they
 * are made without a lock, without a system call and, until somebody wants a String, without a
 * String.
 */
public final class RequestId {

  /** The longest ID, in characters. */
  public static final int LONGEST = 128;

  private static final VarHandle PAIR =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final short[] DIGITS = new short[256];
  private static final String MARKS = "-._~+/=:@";
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final long SILVER = 0xD1B54A32D192ED03L;
  private static final long SECRET_HIGH;
  private static final long SECRET_LOW;

  static {
    SecureRandom random = new SecureRandom();
    SECRET_HIGH = random.nextLong();
    SECRET_LOW = random.nextLong();
    for (int octet = 0; octet < DIGITS.length; octet++) {
      DIGITS[octet] =
          (short) (Character.forDigit(octet >> 4, 16) << 8 | Character.forDigit(octet & 15, 16));
    }
  }

  private final long high;
  private final long low;
  private @Nullable String text;

  private RequestId(long high, long low, @Nullable String text) {
    this.high = high;
    this.low = low;
    this.text = text;
  }

  /**
   * The ID of a connection's n-th request.
   *
   * @param connection the connection's number, unlike any other in the process
   * @param n the request's number on it
   * @return always the same for the same two numbers in one process
   */
  public static RequestId of(long connection, long n) {
    long high = mix(mix(SECRET_HIGH + connection * GOLDEN) + n * GOLDEN);
    long low = mix(mix(SECRET_LOW + connection * SILVER) + n * SILVER);
    return new RequestId(
        high & 0xFFFFFFFFFFFF0FFFL | 0x4000L,
        low & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L,
        null);
  }

  /**
   * The ID that a trusted peer sent.
   *
   * @param sent any text
   * @return the ID, or null if the text is not a sane token of 1 to 128 characters
   */
  public static @Nullable RequestId adopt(String sent) {
    if (sent.isEmpty() || sent.length() > LONGEST) {
      return null;
    }
    for (int i = 0; i < sent.length(); i++) {
      char c = sent.charAt(i);
      boolean sane =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || MARKS.indexOf(c) >= 0;
      if (!sane) {
        return null;
      }
    }
    return new RequestId(0, 0, sent);
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /**
   * Writes the ID: at most {@link #LONGEST} bytes of printable ASCII, without quotes and
   * backslashes.
   *
   * @param target where to write
   * @param offset where to begin
   * @return the offset behind the last byte written
   */
  @SuppressWarnings("deprecation") // the one copy without an encoder; exact for ASCII
  public int write(byte[] target, int offset) {
    String sent = text;
    if (sent != null) {
      sent.getBytes(0, sent.length(), target, offset);
      return offset + sent.length();
    }
    return hex(low, target, hex(high, target, offset));
  }

  private static int hex(long bits, byte[] target, int offset) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      PAIR.set(target, offset, DIGITS[(int) (bits >>> shift) & 0xff]);
      offset += 2;
    }
    return offset;
  }

  /** The ID as text. */
  @Override
  public String toString() {
    String known = text;
    if (known == null) {
      byte[] bytes = new byte[32];
      write(bytes, 0);
      known = new String(bytes, ISO_8859_1);
      text = known;
    }
    return known;
  }
}
