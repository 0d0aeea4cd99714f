package dev.pounce.server.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A request target in origin form, taken apart (RFC 9112, section 3.2.1).
 *
 * @param decoded the path, percent-encoding decoded
 * @param raw the path as sent
 * @param query what follows the first question mark; empty where there is none
 */
public record Path(String decoded, String raw, String query) {

  /** That of a request which has not been read. */
  public static final Path UNREAD = new Path("-", "-", "");

  /** What OPTIONS asks of the server as a whole. */
  public static final Path ASTERISK = new Path("*", "*", "");

  /**
   * Takes one apart.
   *
   * @param target visible ASCII that begins with a slash
   * @throws Refusal if its percent-encoding is broken
   */
  public static Path of(String target) throws Refusal {
    int mark = target.indexOf('?');
    String raw = mark < 0 ? target : target.substring(0, mark);
    String query = mark < 0 ? "" : target.substring(mark + 1);
    return new Path(raw.indexOf('%') < 0 ? raw : decode(raw), raw, query);
  }

  private static String decode(String raw) throws Refusal {
    byte[] octets = new byte[raw.length()];
    int length = 0;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        boolean whole = i + 2 < raw.length();
        int high = whole ? Character.digit(raw.charAt(i + 1), 16) : -1;
        int low = whole ? Character.digit(raw.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          throw Refusal.malformed("broken percent-encoding in the path");
        }
        c = (char) (high << 4 | low);
        i += 2;
      }
      octets[length++] = (byte) c;
    }
    return new String(octets, 0, length, UTF_8);
  }
}
