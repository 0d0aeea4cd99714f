package dev.pounce.server.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Methods as strings, the usual ones without making any. */
final class Method {

  static final String CONNECT = "CONNECT";
  static final String OPTIONS = "OPTIONS";

  private static final String[][] BY_LENGTH = {
    {}, {}, {}, {"GET", "PUT"}, {"POST", "HEAD"}, {"PATCH", "TRACE"}, {"DELETE"}, {OPTIONS, CONNECT}
  };

  private Method() {}

  static String of(byte[] octets, int from, int to) {
    int length = to - from;
    if (length < BY_LENGTH.length) {
      for (String method : BY_LENGTH[length]) {
        if (matches(octets, from, method)) {
          return method;
        }
      }
    }
    return new String(octets, from, length, ISO_8859_1);
  }

  private static boolean matches(byte[] octets, int from, String method) {
    for (int i = 0; i < method.length(); i++) {
      if (octets[from + i] != method.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
