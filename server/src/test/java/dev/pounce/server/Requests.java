package dev.pounce.server;

/** Requests as they stand on the wire, and the application that takes nothing else. */
public final class Requests {

  private Requests() {}

  /** A GET with more fields, each given as one line. */
  public static String get(String target, String... fields) {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + lines(fields) + "\r\n";
  }

  /** A POST with a Content-Length, and more fields, each given as one line. */
  public static String post(String target, String body, String... fields) {
    return "POST "
        + target
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
        + body.length()
        + "\r\n"
        + lines(fields)
        + "\r\n"
        + body;
  }

  private static String lines(String... fields) {
    return fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
  }
}
