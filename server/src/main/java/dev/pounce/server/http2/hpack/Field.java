package dev.pounce.server.http2.hpack;

/**
 * A header field as it is on the wire: a character for each octet (Latin-1). One that came out of a
 * table is the same object each time, and so is a literal that comes again at once.
 *
 * @param name the name; that of a pseudo-header field begins with a colon
 * @param value the value
 * @param wellFormed whether HTTP/2 allows the octets (RFC 9113, section 8.2.1): the name a token
 *     without capitals, the value free of control characters and of white space around it. A
 *     request with a field that is not is malformed. It is looked at once, when the field comes
 *     into being, and not again for each request that refers to it.
 */
public record Field(String name, String value, boolean wellFormed) {

  private static final byte NAME = 1;
  private static final byte VALUE = 2;
  private static final byte[] CLASS = new byte[256];

  static {
    for (int c = 0; c < 256; c++) {
      if (c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || "!#$%&'*+-.^_`|~".indexOf(c) >= 0) {
        CLASS[c] |= NAME;
      }
      if (c >= ' ' && c != 0x7f || c == '\t') {
        CLASS[c] |= VALUE;
      }
    }
  }

  static Field of(String name, String value) {
    return new Field(name, value, isName(name) && isValue(value));
  }

  /** What it counts for, in octets: 32 more than are in it (RFC 7541, section 4.1). */
  public int size() {
    return size(name, value);
  }

  static int size(String name, String value) {
    return name.length() + value.length() + 32;
  }

  private static boolean isName(String name) {
    int from = name.startsWith(":") ? 1 : 0;
    return name.length() > from && consistsOf(NAME, name, from);
  }

  private static boolean isValue(String value) {
    return value.isEmpty()
        || !isBlank(value.charAt(0))
            && !isBlank(value.charAt(value.length() - 1))
            && consistsOf(VALUE, value, 0);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean consistsOf(byte wanted, String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if ((CLASS[text.charAt(i)] & wanted) == 0) {
        return false;
      }
    }
    return true;
  }
}
