package dev.pounce.server.exchange;

/** The authority of a request: host and optional port (RFC 3986, section 3.2, without userinfo). */
public final class Authority {

  private static final int LAST_PORT = 65_535;

  /** What a name may have: no comma, which is what joins two Host fields, and nothing encoded. */
  private static final String MARKS = "-._~!$&'()*+;=";

  private Authority() {}

  /** Whether the text is a host with an optional port. An empty one is: RFC 9112, section 3.2. */
  public static boolean isValid(String text) {
    int host = text.startsWith("[") ? bracketed(text) : name(text);
    if (host < 0) {
      return false;
    }
    if (host == text.length()) {
      return true;
    }
    String port = text.substring(host + 1);
    return text.charAt(host) == ':'
        && port.length() <= 5
        && port.chars().allMatch(c -> c >= '0' && c <= '9')
        && (port.isEmpty() || Integer.parseInt(port) <= LAST_PORT);
  }

  private static int bracketed(String text) {
    int end = text.indexOf(']');
    for (int i = 1; i < end; i++) {
      char c = text.charAt(i);
      if (Character.digit(c, 16) < 0 && c != ':' && c != '.') {
        return -1;
      }
    }
    return end < 3 ? -1 : end + 1;
  }

  private static int name(String text) {
    int i = 0;
    while (i < text.length() && text.charAt(i) != ':') {
      char c = text.charAt(i);
      if (c >= 0x80 || !Character.isLetterOrDigit(c) && MARKS.indexOf(c) < 0) {
        return -1;
      }
      i++;
    }
    return i == 0 && !text.isEmpty() ? -1 : i;
  }
}
