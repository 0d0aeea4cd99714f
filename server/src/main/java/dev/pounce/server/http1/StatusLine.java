package dev.pounce.server.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Status lines as octets (RFC 9112, section 4; the phrases of RFC 9110, section 15, and RFC 6585).
 */
final class StatusLine {

  private static final byte[][] LINES = new byte[600][];

  static {
    phrases(101, "Switching Protocols");
    phrases(200, "OK", "Created", "Accepted", "Non-Authoritative Information", "No Content");
    phrases(205, "Reset Content", "Partial Content", "Multi-Status", "Already Reported");
    phrases(300, "Multiple Choices", "Moved Permanently", "Found", "See Other", "Not Modified");
    phrases(307, "Temporary Redirect", "Permanent Redirect");
    phrases(400, "Bad Request", "Unauthorized", "Payment Required", "Forbidden", "Not Found");
    phrases(405, "Method Not Allowed", "Not Acceptable", "Proxy Authentication Required");
    phrases(408, "Request Timeout", "Conflict", "Gone", "Length Required", "Precondition Failed");
    phrases(413, "Content Too Large", "URI Too Long", "Unsupported Media Type");
    phrases(416, "Range Not Satisfiable", "Expectation Failed");
    phrases(421, "Misdirected Request", "Unprocessable Content", "Locked", "Failed Dependency");
    phrases(425, "Too Early", "Upgrade Required");
    phrases(428, "Precondition Required", "Too Many Requests");
    phrases(431, "Request Header Fields Too Large");
    phrases(451, "Unavailable For Legal Reasons");
    phrases(500, "Internal Server Error", "Not Implemented", "Bad Gateway");
    phrases(503, "Service Unavailable", "Gateway Timeout", "HTTP Version Not Supported");
    phrases(507, "Insufficient Storage", "Loop Detected");
    phrases(511, "Network Authentication Required");
    for (int status = 200; status < LINES.length; status++) {
      if (LINES[status] == null) {
        phrases(status, "");
      }
    }
  }

  private StatusLine() {}

  private static void phrases(int from, String... phrases) {
    for (int i = 0; i < phrases.length; i++) {
      LINES[from + i] = ("HTTP/1.1 " + (from + i) + " " + phrases[i] + "\r\n").getBytes(US_ASCII);
    }
  }

  /** The line for a status of 200 to 599, or 101, CR LF included. */
  static byte[] of(int status) {
    return LINES[status];
  }
}
