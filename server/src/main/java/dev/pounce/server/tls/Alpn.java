package dev.pounce.server.tls;

/** What a connection can speak inside TLS, by its name in ALPN; the server's first choice first. */
public enum Alpn {
  /** HTTP/1.1, and what a client speaks that does not say. */
  HTTP_1_1("http/1.1");

  private final String label;

  Alpn(String label) {
    this.label = label;
  }

  /** All names, to be offered. */
  static String[] offer() {
    Alpn[] all = values();
    String[] labels = new String[all.length];
    for (int i = 0; i < all.length; i++) {
      labels[i] = all[i].label;
    }
    return labels;
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
