package dev.pounce.server.tls;

import java.util.stream.Stream;

/** What a connection can speak inside TLS, by its name in ALPN; the server's first choice first. */
public enum Alpn {
  /** HTTP/2. */
  HTTP_2("h2"),
  /** HTTP/1.1, and what a client speaks that does not say. */
  HTTP_1_1("http/1.1"),
  /** HTTP/1.0, which old clients name; the request says which of the two it is. */
  HTTP_1_0("http/1.0");

  private final String label;

  Alpn(String label) {
    this.label = label;
  }

  /** The names to be offered. */
  static String[] offer(boolean http2) {
    return Stream.of(values())
        .filter(one -> http2 || one != HTTP_2)
        .map(one -> one.label)
        .toArray(String[]::new);
  }

  /** The one that was agreed on. */
  static Alpn of(String label) {
    for (Alpn one : values()) {
      if (one.label.equals(label)) {
        return one;
      }
    }
    return HTTP_1_1;
  }
}
