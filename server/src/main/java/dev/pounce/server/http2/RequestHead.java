package dev.pounce.server.http2;

import dev.pounce.app.Headers;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.exchange.Authority;
import dev.pounce.server.exchange.Path;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.RequestLine;
import dev.pounce.server.http2.hpack.Decoder;
import dev.pounce.server.http2.hpack.Field;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Takes in the fields of a request, and holds them to the rules of RFC 9113, section 8. The first
 * that is broken is noted, and the rest of the block still decoded: the decoder's table needs it.
 *
 * <p>One serves all requests of a connection, which ask for the same thing more often than not: a
 * path or an authority that is the same object as last time has come as the same octets, and has
 * been checked. Used by the connection's thread alone.
 */
final class RequestHead implements Decoder.Sink {

  private static final String VERSION = "2";
  private static final int LONGEST_NUMBER = 18;

  private final int limit;
  private final int lineLimit;
  private final int pathLimit;
  private String[] fields = new String[32];
  private int count;
  private boolean trailers;
  private boolean regular;
  private @Nullable Refusal refusal;

  private @Nullable String method;
  private @Nullable String scheme;
  private @Nullable String path;
  private @Nullable String authority;
  private @Nullable String protocol;
  private @Nullable String host;
  private @Nullable String requestId;
  private int cookie;
  private long length;
  private boolean expectContinue;
  private boolean proxied;

  private @Nullable String knownTarget;
  private RequestLine knownLine = RequestLine.UNREAD;
  private @Nullable String knownAuthority;

  RequestHead(ServerConfig config) {
    limit = config.maxHeaders();
    lineLimit = (int) config.maxHeaderLine().bytes();
    pathLimit = (int) config.maxRequestLine().bytes();
  }

  /**
   * Forgets the last request.
   *
   * @param ofTrailers whether what follows are a request's trailers
   */
  void reset(boolean ofTrailers) {
    trailers = ofTrailers;
    count = 2; // the first is for Host
    regular = false;
    refusal = null;
    method = null;
    scheme = null;
    path = null;
    authority = null;
    protocol = null;
    host = null;
    requestId = null;
    cookie = 0;
    length = -1;
    expectContinue = false;
    proxied = false;
  }

  @Override
  public void field(Field field) {
    try {
      take(field);
    } catch (Refusal e) {
      refuse(e);
    }
  }

  /** Notes what is wrong, if it is the first. */
  void refuse(Refusal wrong) {
    if (refusal == null) {
      refusal = wrong;
    }
  }

  boolean isRefused() {
    return refusal != null;
  }

  private void take(Field field) throws Refusal {
    if (!field.wellFormed()) {
      throw Refusal.malformed("malformed header field");
    }
    if (field.name().charAt(0) == ':') {
      pseudo(field.name(), field.value());
    } else if (field.name().length() + field.value().length() > lineLimit) {
      throw Refusal.tooLarge(431, "header field longer than " + lineLimit + " bytes");
    } else {
      regular = true;
      notice(field.name(), field.value());
    }
  }

  private void pseudo(String name, String value) throws Refusal {
    if (regular || trailers) {
      throw Refusal.malformed("pseudo-header field behind header fields");
    }
    switch (name) {
      case ":method" -> method = once(name, method, value);
      case ":scheme" -> scheme = once(name, scheme, value);
      case ":path" -> path = once(name, path, value);
      case ":authority" -> authority = once(name, authority, value);
      case ":protocol" -> protocol = once(name, protocol, value);
      default -> throw Refusal.malformed("unknown pseudo-header field");
    }
  }

  private static String once(String name, @Nullable String before, String value) throws Refusal {
    if (before != null) {
      throw Refusal.malformed("more than one " + name);
    }
    return value;
  }

  private void notice(String name, String value) throws Refusal {
    switch (name) {
      case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade" ->
          throw Refusal.malformed(name + " is not for HTTP/2");
      case "te" -> {
        if (!value.equals("trailers")) {
          throw Refusal.malformed("te is not for HTTP/2, but for trailers");
        }
      }
      case "content-length" -> contentLength(value);
      case "expect" -> expect(value);
      case "host" -> {
        host = once(name, host, value);
        return; // takes the first place
      }
      case "cookie" -> {
        if (cookie > 0) { // one field for the application (section 8.2.3)
          fields[cookie] = fields[cookie] + "; " + value;
          return;
        }
        cookie = count + 1;
      }
      case "x-request-id" -> requestId = value;
      case "forwarded" -> proxied = true;
      default -> proxied |= name.startsWith("x-forwarded-");
    }
    add(name, value);
  }

  private void add(String name, String value) throws Refusal {
    if (count / 2 > limit) {
      throw Refusal.tooLarge(431, "more than " + limit + " header fields");
    }
    if (count == fields.length) {
      fields = Arrays.copyOf(fields, 2 * count);
    }
    fields[count++] = name;
    fields[count++] = value;
  }

  private void contentLength(String value) throws Refusal {
    if (length >= 0 || value.isEmpty()) {
      throw Refusal.malformed("malformed content-length");
    }
    if (value.length() > LONGEST_NUMBER) {
      throw Refusal.tooLarge(413, "content-length of more than " + LONGEST_NUMBER + " digits");
    }
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < '0' || value.charAt(i) > '9') {
        throw Refusal.malformed("malformed content-length");
      }
    }
    length = Long.parseLong(value);
  }

  private void expect(String value) throws Refusal {
    if (!value.toLowerCase(Locale.ROOT).equals("100-continue")) {
      throw Refusal.malformed(417, "only 100-continue can be expected");
    }
    expectContinue = true;
  }

  /**
   * Looks at the whole, when all fields are there.
   *
   * @return what is asked for
   * @throws Refusal if it is malformed or larger than allowed
   */
  RequestLine line() throws Refusal {
    if (refusal != null) {
      throw refusal;
    }
    if (method == null || !isToken(method)) {
      throw Refusal.malformed(method == null ? "no :method" : "malformed :method");
    }
    if (method.equals("CONNECT") && protocol == null) {
      throw Refusal.malformed(501, "CONNECT is for proxies");
    }
    if (protocol != null && !method.equals("CONNECT")) {
      throw Refusal.malformed(":protocol is for CONNECT");
    }
    if (protocol != null && !protocol.equals("websocket")) {
      throw Refusal.malformed(501, "websocket is the only :protocol here");
    }
    if (scheme == null || scheme.isEmpty()) {
      throw Refusal.malformed("no :scheme");
    }
    if (path == null || path.isEmpty()) {
      throw Refusal.malformed("no :path");
    }
    RequestLine line = line(method, path);
    checkAuthority();
    return line;
  }

  private static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
      if (!letter && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** As much as has been read of what is asked for, for a log. */
  RequestLine partialLine() {
    return method == null || path == null
        ? new RequestLine("-", "-", "-", "", VERSION)
        : new RequestLine(method, path, path.split("\\?", 2)[0], "", VERSION);
  }

  private RequestLine line(String asked, String target) throws Refusal {
    if (target != knownTarget || asked != knownLine.method()) { // the objects, not just equal ones
      if (target.length() > pathLimit) {
        throw Refusal.tooLarge(414, "path longer than " + pathLimit + " bytes");
      }
      knownLine = RequestLine.of(asked, parse(asked, target), VERSION);
      knownTarget = target;
    }
    return knownLine;
  }

  private static Path parse(String method, String target) throws Refusal {
    if (target.equals("*") && method.equals("OPTIONS")) {
      return Path.ASTERISK;
    }
    boolean good = target.charAt(0) == '/';
    for (int i = 0; i < target.length() && good; i++) {
      char c = target.charAt(i);
      good = c > ' ' && c < 0x7f && c != '#';
    }
    if (!good) {
      throw Refusal.malformed("malformed :path");
    }
    return Path.of(target);
  }

  private void checkAuthority() throws Refusal {
    String named = authority == null ? host : authority;
    if (named == null || named.isEmpty()) {
      throw Refusal.malformed("no :authority");
    }
    if (named == knownAuthority && host == null) {
      return;
    }
    if (!Authority.isValid(named)) {
      throw Refusal.malformed("malformed :authority");
    }
    if (host != null && !host.equalsIgnoreCase(named)) {
      throw Refusal.malformed("Host and :authority differ");
    }
    knownAuthority = named;
  }

  /** The fields, {@code :authority} as Host. */
  Headers headers() {
    String named = authority == null ? host : authority;
    int from = named == null ? 2 : 0;
    fields[0] = "host";
    fields[1] = named == null ? "" : named;
    return Headers.decoded(Arrays.copyOfRange(fields, from, count));
  }

  /** The body's length, or -1 if it is not said. */
  long length() {
    return length;
  }

  /** Whether the client waits for a 100 before it sends the body (RFC 9110, section 10.1.1). */
  boolean expectContinue() {
    return expectContinue;
  }

  /** Whether there is a field that only a trusted peer may send. */
  boolean proxied() {
    return proxied;
  }

  /** What the client sent as its request ID, or null. */
  @Nullable String requestId() {
    return requestId;
  }

  /** What is to be spoken on the stream (RFC 8441, section 4), or null. */
  @Nullable String protocol() {
    return protocol;
  }
}
