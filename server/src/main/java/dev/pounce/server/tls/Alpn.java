package dev.pounce.server.tls;

/** What a connection can speak inside TLS, by its name in ALPN; the server's first choice first. */
public enum Alpn {
  /** HTTP/2. */
  HTTP_2("h2"),
  /** HTTP/1.1, and what a client speaks that does not say. */
  HTTP_1_1("http/1.1");

  private final String label;

  Alpn(String label) {
    this.label = label;
  }

  /** The names to be offered. */
  static String[] offer(boolean http2) {
    return http2 ? new String[] {HTTP_2.label, HTTP_1_1.label} : new String[] {HTTP_1_1.label};
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
