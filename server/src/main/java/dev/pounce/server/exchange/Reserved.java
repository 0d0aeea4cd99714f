package dev.pounce.server.exchange;

/**
 * Response fields that frame the message, belong to one connection or are answered for by the
 * server, whatever the application says.
 */
public final class Reserved {

  private Reserved() {}

  /** Whether a field is one of them. */
  public static boolean contains(String name) {
    return switch (name.length()) {
      case 7 -> name.equalsIgnoreCase("upgrade") || name.equalsIgnoreCase("trailer");
      case 10 -> name.equalsIgnoreCase("connection") || name.equalsIgnoreCase("keep-alive");
      case 12 -> name.equalsIgnoreCase("x-request-id");
      case 14 -> name.equalsIgnoreCase("content-length");
      case 16 -> name.equalsIgnoreCase("proxy-connection");
      case 17 -> name.equalsIgnoreCase("transfer-encoding");
      default -> false;
    };
  }
}
