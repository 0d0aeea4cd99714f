package dev.pounce.observe;

/** What a connection speaks, or a request opens. */
public enum Protocol {
  /** HTTP/1.0 and HTTP/1.1. */
  H1("h1"),
  /** HTTP/2. */
  H2("h2"),
  /** WebSocket. */
  WEBSOCKET("websocket");

  private final String label;

  Protocol(String label) {
    this.label = label;
  }

  /**
   * The name in logs and metrics.
   *
   * @return for example {@code h1}
   */
  public String label() {
    return label;
  }
}
