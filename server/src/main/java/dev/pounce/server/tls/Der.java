package dev.pounce.server.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** As much of DER (ITU-T X.690) as private keys in old wrappings and a certificate need. */
final class Der {

  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int OID = 0x06;
  static final int UTF8_STRING = 0x0c;
  static final int UTC_TIME = 0x17;
  static final int SEQUENCE = 0x30;
  static final int SET = 0x31;

  private static final int LONG_FORM = 0x80;
  private static final int SEVEN_BITS = 0x7f;

  private Der() {}

  /** A value of a kind, made of parts. */
  static byte[] of(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    int length = content.size();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length < LONG_FORM) {
      out.write(length);
    } else {
      byte[] digits = BigInteger.valueOf(length).toByteArray();
      int sign = digits[0] == 0 ? 1 : 0;
      out.write(LONG_FORM | digits.length - sign);
      out.write(digits, sign, digits.length - sign);
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }

  static byte[] sequence(byte[]... parts) {
    return of(SEQUENCE, parts);
  }

  static byte[] integer(BigInteger value) {
    return of(INTEGER, value.toByteArray());
  }

  /** An object identifier, from its form with dots. */
  static byte[] oid(String dotted) {
    String[] arcs = dotted.split("\\.");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    base128(out, 40 * Integer.parseInt(arcs[0]) + Integer.parseInt(arcs[1]));
    for (String arc : Arrays.copyOfRange(arcs, 2, arcs.length)) {
      base128(out, Integer.parseInt(arc));
    }
    return of(OID, out.toByteArray());
  }

  private static void base128(ByteArrayOutputStream out, int arc) {
    for (int shift = 28; shift > 0; shift -= 7) {
      if (arc >>> shift != 0) {
        out.write(arc >>> shift & SEVEN_BITS | LONG_FORM);
      }
    }
    out.write(arc & SEVEN_BITS);
  }

  /**
   * Takes the next value off the front.
   *
   * @return its content
   * @throws IllegalArgumentException if there is none of this kind
   */
  static ByteBuffer take(ByteBuffer in, int tag) {
    if (in.remaining() < 2 || (in.get() & 0xff) != tag) {
      throw new IllegalArgumentException("malformed DER");
    }
    int length = length(in);
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException("malformed DER");
    }
    ByteBuffer content = in.slice(in.position(), length);
    in.position(in.position() + length);
    return content;
  }

  private static int length(ByteBuffer in) {
    int length = in.get();
    if (length >= 0) {
      return length;
    }
    int digits = length & SEVEN_BITS;
    if (digits == 0 || digits > 3 || digits > in.remaining()) {
      throw new IllegalArgumentException("malformed DER");
    }
    length = 0;
    for (int i = 0; i < digits; i++) {
      length = length << 8 | in.get() & 0xff;
    }
    return length;
  }
}
