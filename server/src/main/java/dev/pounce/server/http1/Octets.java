package dev.pounce.server.http1;

/** What each octet may be part of (RFC 9110, sections 5.5 and 5.6.2; RFC 9112, section 3.2). */
final class Octets {

  static final byte CR = '\r';
  static final byte LF = '\n';
  static final byte SP = ' ';
  static final byte HTAB = '\t';

  private static final byte TOKEN = 1;
  private static final byte VALUE = 2;
  private static final byte TARGET = 4;

  private static final byte[] CLASS = new byte[256];

  static {
    for (int c = 0; c < 256; c++) {
      boolean visible = c > ' ' && c < 0x7f;
      boolean alphanumeric = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
      if (alphanumeric || visible && "!#$%&'*+-.^_`|~".indexOf(c) >= 0) {
        CLASS[c] |= TOKEN;
      }
      if (visible || c == ' ' || c == '\t' || c >= 0x80) {
        CLASS[c] |= VALUE;
      }
      if (visible && c != '#') {
        CLASS[c] |= TARGET;
      }
    }
  }

  private Octets() {}

  static boolean isToken(byte octet) {
    return (CLASS[octet & 0xff] & TOKEN) != 0;
  }

  /** Field content and the white space in it; no control characters. */
  static boolean isValue(byte octet) {
    return (CLASS[octet & 0xff] & VALUE) != 0;
  }

  /** A visible ASCII character that may stand in a request target. */
  static boolean isTarget(byte octet) {
    return (CLASS[octet & 0xff] & TARGET) != 0;
  }

  static boolean isBlank(byte octet) {
    return octet == SP || octet == HTAB;
  }

  static int lower(int octet) {
    return octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet;
  }

  /** Whether the octets are this lower-case text, in any case. */
  static boolean equalsIgnoreCase(byte[] octets, int from, int to, String text) {
    if (to - from != text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (lower(octets[from + i]) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
