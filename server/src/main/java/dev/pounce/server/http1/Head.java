package dev.pounce.server.http1;

import dev.pounce.app.Headers;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.RequestLine;
import org.jspecify.annotations.Nullable;

/**
 * Reads the head of a request: strictly, and each line once.
 *
 * <p>{@link #parse} is called with what has arrived so far. Every whole line is taken at once and
 * never looked at again, so a head that arrives octet by octet costs no more than one that arrives
 * whole, but for the one line that is unfinished. All positions are relative to the head's first
 * octet: the buffer may move between calls.
 *
 * <p>A line ends with CR LF and nothing else. What RFC 9112 lets a recipient repair is refused:
 * whoever sends it is either broken or wants two servers to read two different requests.
 *
 * <p>One lies on each desk and is used for many requests. After {@link #parse} has returned true,
 * {@link #line} and {@link #headers} give what may outlive the buffer.
 */
final class Head {

  private final int lineLimit;
  private final int fieldLimit;
  private final int headLimit;
  private final Target target = new Target();
  private final Fields fields;

  private int parsed;
  private boolean lineRead;
  private boolean complete;
  private String method = "-";
  private boolean http10;

  Head(ServerConfig config) {
    lineLimit = (int) config.maxRequestLine().bytes();
    fieldLimit = (int) config.maxHeaderLine().bytes();
    headLimit = (int) config.maxHeaderSize().bytes();
    fields = new Fields(config.maxHeaders());
  }

  /** Forgets the last head. */
  void reset() {
    parsed = 0;
    lineRead = false;
    complete = false;
    method = "-";
    http10 = false;
    target.reset();
    fields.reset();
  }

  /**
   * Goes on reading.
   *
   * @param from where the head begins
   * @param to the end of what has arrived
   * @return whether the head is complete
   * @throws Refusal if it is malformed or larger than allowed
   */
  boolean parse(byte[] octets, int from, int to) throws Refusal {
    if (!lineRead) {
      int next = requestLine(octets, from + parsed, to);
      if (next < 0) {
        return false;
      }
      parsed = next - from;
      lineRead = true;
    }
    while (true) {
      int at = from + parsed;
      if (at < to && octets[at] == Octets.CR) {
        return end(octets, from, at, to);
      }
      int next = field(octets, from, at, to);
      if (next < 0) {
        return false;
      }
      parsed = next - from;
    }
  }

  private boolean end(byte[] octets, int from, int at, int to) throws Refusal {
    if (at + 1 == to) {
      return false;
    }
    if (octets[at + 1] != Octets.LF) {
      throw Refusal.malformed("bare CR");
    }
    parsed = at + 2 - from;
    if (parsed > headLimit) {
      throw Refusal.tooLarge(431, "head larger than " + headLimit + " bytes");
    }
    fields.check(http10);
    complete = true;
    return true;
  }

  private int requestLine(byte[] octets, int start, int to) throws Refusal {
    int at = start;
    while (at < to && Octets.isToken(octets[at])) {
      at++;
    }
    int methodTo = at;
    if (at < to) {
      if (octets[at] != Octets.SP || at == start) {
        throw Refusal.malformed("malformed method");
      }
      at++;
      while (at < to && Octets.isTarget(octets[at])) {
        at++;
      }
    }
    int targetTo = at;
    if (to - start > lineLimit && at - start >= lineLimit) {
      throw Refusal.tooLarge(414, "request line longer than " + lineLimit + " bytes");
    }
    if (at == to) {
      return -1;
    }
    if (octets[at] != Octets.SP) {
      throw Refusal.malformed("malformed request target");
    }
    int next = version(octets, at + 1, to);
    if (next >= 0) {
      if (next - start > lineLimit + 2) {
        throw Refusal.tooLarge(414, "request line longer than " + lineLimit + " bytes");
      }
      method = Method.of(octets, start, methodTo);
      target.read(octets, methodTo + 1, targetTo, method);
    }
    return next;
  }

  /** {@code HTTP/1.}, a digit, CR LF; as much of it as is there must be right. */
  private int version(byte[] octets, int at, int to) throws Refusal {
    String pattern = "HTTP/";
    for (int i = 0; i < pattern.length(); i++) {
      if (at + i == to) {
        return -1;
      }
      if (octets[at + i] != pattern.charAt(i)) {
        throw Refusal.malformed("malformed protocol version");
      }
    }
    int digits = at + pattern.length();
    if (to < digits + 5) {
      return -1;
    }
    if (!isDigit(octets[digits])
        || octets[digits + 1] != '.'
        || !isDigit(octets[digits + 2])
        || octets[digits + 3] != Octets.CR
        || octets[digits + 4] != Octets.LF) {
      throw Refusal.malformed("malformed protocol version");
    }
    if (octets[digits] != '1') {
      throw Refusal.malformed(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    }
    http10 = octets[digits + 2] == '0';
    return digits + 5;
  }

  private static boolean isDigit(byte octet) {
    return octet >= '0' && octet <= '9';
  }

  private int field(byte[] octets, int from, int start, int to) throws Refusal {
    int at = start;
    while (at < to && Octets.isToken(octets[at])) {
      at++;
    }
    int nameTo = at;
    if (at < to && (octets[at] != ':' || at == start)) {
      throw Refusal.malformed(badName(octets, start, at));
    }
    at++;
    while (at < to && Octets.isBlank(octets[at])) {
      at++;
    }
    int valueFrom = at;
    while (at < to && Octets.isValue(octets[at])) {
      at++;
    }
    if (at - start > fieldLimit) {
      throw Refusal.tooLarge(431, "header line longer than " + fieldLimit + " bytes");
    }
    if (Math.min(at, to) - from > headLimit) {
      throw Refusal.tooLarge(431, "head larger than " + headLimit + " bytes");
    }
    if (at >= to || octets[at] == Octets.CR && at + 1 == to) {
      return -1;
    }
    if (octets[at] != Octets.CR || octets[at + 1] != Octets.LF) {
      throw Refusal.malformed(badValue(octets[at]));
    }
    int valueTo = at;
    while (valueTo > valueFrom && Octets.isBlank(octets[valueTo - 1])) {
      valueTo--;
    }
    fields.add(octets, from, start, nameTo, valueFrom, valueTo);
    return at + 2;
  }

  private static String badName(byte[] octets, int start, int at) {
    if (Octets.isBlank(octets[at])) {
      return at == start ? "folded header line" : "white space before the colon";
    }
    return octets[at] == Octets.CR || octets[at] == Octets.LF
        ? "header line without a colon"
        : "malformed header name";
  }

  private static String badValue(byte octet) {
    return switch (octet) {
      case Octets.CR -> "bare CR";
      case Octets.LF -> "bare LF";
      default -> "control character in a header value";
    };
  }

  boolean isComplete() {
    return complete;
  }

  /** How many octets the head takes; what has been read of it while it is not complete. */
  int length() {
    return parsed;
  }

  /** Whether it asks for a WebSocket (RFC 6455, section 4.1). */
  boolean isWebSocket() {
    return fields.isWebSocket() && !http10 && method.equals("GET");
  }

  Framing framing() {
    return fields.framing();
  }

  boolean http10() {
    return http10;
  }

  boolean proxied() {
    return fields.proxied();
  }

  /** What is asked for, as far as it has been read. */
  RequestLine line() {
    return RequestLine.of(method, target.path(), http10 ? "1.0" : "1.1");
  }

  /** The fields, in octets of their own. */
  Headers headers(byte[] octets, int from) {
    Headers headers = fields.copy(octets, from, parsed);
    String authority = target.authority();
    return authority == null ? headers : headers.replace("host", authority);
  }

  /** What the client sent as its request ID, or null. */
  @Nullable String requestId(byte[] octets, int from) {
    return fields.requestId(octets, from);
  }
}
