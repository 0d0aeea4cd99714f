package dev.pounce.observe.metrics;

/**
 * The methods that metrics tell apart: those of RFC 9110 and RFC 5789. A client may send any token
 * as a method; all others count as one, so that no client makes series without end.
 */
enum Method {
  CONNECT,
  DELETE,
  GET,
  HEAD,
  OPTIONS,
  PATCH,
  POST,
  PUT,
  TRACE,
  OTHER(Snapshot.OTHER);

  private static final Method[] ALL = values();

  private final String label;

  Method() {
    this.label = name();
  }

  Method(String label) {
    this.label = label;
  }

  /** All methods, sorted by their labels; not to be changed. */
  static Method[] all() {
    return ALL;
  }

  /** The method as sent, which is case-sensitive. */
  static Method of(String sent) {
    return switch (sent) {
      case "CONNECT" -> CONNECT;
      case "DELETE" -> DELETE;
      case "GET" -> GET;
      case "HEAD" -> HEAD;
      case "OPTIONS" -> OPTIONS;
      case "PATCH" -> PATCH;
      case "POST" -> POST;
      case "PUT" -> PUT;
      case "TRACE" -> TRACE;
      default -> OTHER;
    };
  }

  String label() {
    return label;
  }
}
