package dev.pounce.server.websocket;

/** The characters of names and values in a handshake (RFC 6455, section 9.1). */
final class Token {

  private static final String SEPARATORS = "()<>@,;:\\\"/[]?={}";

  private Token() {}

  /** Where the token that begins here ends: there, if none does. */
  static int end(String text, int from) {
    int at = from;
    while (at < text.length() && isPart(text.charAt(at))) {
      at++;
    }
    return at;
  }

  static boolean isToken(String text) {
    return !text.isEmpty() && end(text, 0) == text.length();
  }

  private static boolean isPart(char c) {
    return c > ' ' && c < 0x7f && SEPARATORS.indexOf(c) < 0;
  }
}
