package dev.pounce.server.http1;

import dev.pounce.server.exchange.Refusal;

/**
 * What the head says of the message's length and the connection's future (RFC 9112, sections 6 and
 * 9). Two opinions about a length are a smuggled request, so whatever is not one clear opinion is
 * refused.
 */
final class Framing {

  private static final int LONGEST_NUMBER = 18;

  private long contentLength;
  private boolean chunked;
  private boolean close;
  private boolean keepAlive;
  private boolean expectContinue;
  private boolean upgrade;
  private boolean webSocket;

  void reset() {
    contentLength = -1;
    chunked = false;
    close = false;
    keepAlive = false;
    expectContinue = false;
    upgrade = false;
    webSocket = false;
  }

  void contentLength(byte[] octets, int from, int to) throws Refusal {
    if (contentLength >= 0) {
      throw Refusal.malformed("more than one Content-Length");
    }
    long length = 0;
    for (int i = from; i < to; i++) {
      if (octets[i] < '0' || octets[i] > '9') {
        throw Refusal.malformed("malformed Content-Length");
      }
      length = length * 10 + (octets[i] - '0');
      if (i - from >= LONGEST_NUMBER) {
        throw Refusal.tooLarge(413, "Content-Length of more than " + LONGEST_NUMBER + " digits");
      }
    }
    if (from == to) {
      throw Refusal.malformed("empty Content-Length");
    }
    contentLength = length;
  }

  void transferEncoding(byte[] octets, int from, int to) throws Refusal {
    if (chunked) {
      throw Refusal.malformed("more than one Transfer-Encoding");
    }
    if (Octets.equalsIgnoreCase(octets, from, to, "chunked")) {
      chunked = true;
    } else if (endsWithChunked(octets, from, to)) {
      throw Refusal.malformed(501, "only chunked is known as a Transfer-Encoding");
    } else {
      throw Refusal.malformed("the last Transfer-Encoding is not chunked");
    }
  }

  private static boolean endsWithChunked(byte[] octets, int from, int to) {
    int start = to - "chunked".length();
    return start > from
        && (Octets.isBlank(octets[start - 1]) || octets[start - 1] == ',')
        && Octets.equalsIgnoreCase(octets, start, to, "chunked");
  }

  void connection(byte[] octets, int from, int to) {
    close |= lists(octets, from, to, "close");
    keepAlive |= lists(octets, from, to, "keep-alive");
    upgrade |= lists(octets, from, to, "upgrade");
  }

  /** What the client would rather speak: all but WebSocket is ignored (RFC 9110, section 7.8). */
  void upgrade(byte[] octets, int from, int to) {
    webSocket |= lists(octets, from, to, "websocket");
  }

  private static boolean lists(byte[] octets, int from, int to, String option) {
    int start = from;
    for (int i = from; i <= to; i++) {
      if (i == to || octets[i] == ',') {
        if (isOption(octets, start, i, option)) {
          return true;
        }
        start = i + 1;
      }
    }
    return false;
  }

  private static boolean isOption(byte[] octets, int from, int to, String option) {
    while (from < to && Octets.isBlank(octets[from])) {
      from++;
    }
    while (to > from && Octets.isBlank(octets[to - 1])) {
      to--;
    }
    return Octets.equalsIgnoreCase(octets, from, to, option);
  }

  void expect(byte[] octets, int from, int to) throws Refusal {
    if (!Octets.equalsIgnoreCase(octets, from, to, "100-continue")) {
      throw Refusal.malformed(417, "only 100-continue can be expected");
    }
    expectContinue = true;
  }

  void check(boolean http10) throws Refusal {
    if (chunked && contentLength >= 0) {
      throw Refusal.malformed("Content-Length and Transfer-Encoding");
    }
    if (chunked && http10) {
      throw Refusal.malformed("Transfer-Encoding in HTTP/1.0");
    }
    close |= http10 && !keepAlive;
    expectContinue &= !http10;
  }

  /** Whether the client asks to go on with a WebSocket. */
  boolean isWebSocket() {
    return upgrade && webSocket;
  }

  /** The body's length; 0 where there is none, -1 where it is chunked. */
  long length() {
    return chunked ? -1 : Math.max(contentLength, 0);
  }

  boolean close() {
    return close;
  }

  /** Whether the client waits for a 100 before it sends the body (RFC 9110, section 10.1.1). */
  boolean expectContinue() {
    return expectContinue;
  }
}
