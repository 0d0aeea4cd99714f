package dev.pounce.server.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pounce.server.exchange.Authority;
import dev.pounce.server.exchange.Refusal;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request target (RFC 9112, section 3.2): origin form, absolute form, and {@code *} for OPTIONS.
 *
 * <p>Clients ask for the same thing over one connection more often than not, so the strings of the
 * last target are kept and used again while the octets are the same.
 */
final class Target {

  private byte[] known = {};
  private String knownMethodKind = "";
  private String path = "-";
  private String rawPath = "-";
  private String query = "";
  private @Nullable String authority;
  private boolean read;

  void reset() {
    read = false;
  }

  void read(byte[] octets, int from, int to, String method) throws Refusal {
    String kind = method.equals(Method.OPTIONS) ? method : "";
    if (method.equals(Method.CONNECT)) {
      throw Refusal.malformed(501, "CONNECT is for proxies");
    }
    if (!kind.equals(knownMethodKind)
        || !Arrays.equals(octets, from, to, known, 0, known.length)
        || known.length == 0) {
      known = new byte[0];
      decode(new String(octets, from, to - from, ISO_8859_1), kind);
      known = Arrays.copyOfRange(octets, from, to);
      knownMethodKind = kind;
    }
    read = true;
  }

  private void decode(String target, String kind) throws Refusal {
    authority = null;
    if (target.startsWith("/")) {
      split(target);
    } else if (target.equals("*") && kind.equals(Method.OPTIONS)) {
      path = "*";
      rawPath = "*";
      query = "";
    } else {
      absolute(target, kind);
    }
  }

  private void absolute(String target, String kind) throws Refusal {
    String lower = target.length() < 8 ? "" : target.substring(0, 8).toLowerCase(Locale.ROOT);
    int start = lower.startsWith("http://") ? 7 : lower.equals("https://") ? 8 : -1;
    if (start < 0) {
      throw Refusal.malformed("malformed request target");
    }
    int end = start;
    while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
      end++;
    }
    String host = target.substring(start, end);
    if (host.isEmpty() || !Authority.isValid(host)) {
      throw Refusal.malformed("malformed request target");
    }
    String rest = target.substring(end);
    if (rest.isEmpty() && kind.equals(Method.OPTIONS)) {
      rest = "*";
    }
    split(rest.startsWith("/") || rest.equals("*") ? rest : "/" + rest);
    authority = host;
  }

  private void split(String target) throws Refusal {
    int mark = target.indexOf('?');
    rawPath = mark < 0 ? target : target.substring(0, mark);
    query = mark < 0 ? "" : target.substring(mark + 1);
    path = rawPath.indexOf('%') < 0 ? rawPath : decoded(rawPath);
  }

  private static String decoded(String raw) throws Refusal {
    byte[] octets = new byte[raw.length()];
    int length = 0;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        boolean whole = i + 2 < raw.length();
        int high = whole ? Character.digit(raw.charAt(i + 1), 16) : -1;
        int low = whole ? Character.digit(raw.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          throw Refusal.malformed("broken percent-encoding in the path");
        }
        c = (char) (high << 4 | low);
        i += 2;
      }
      octets[length++] = (byte) c;
    }
    return new String(octets, 0, length, UTF_8);
  }

  String path() {
    return read ? path : "-";
  }

  String rawPath() {
    return read ? rawPath : "-";
  }

  String query() {
    return read ? query : "";
  }

  /** The authority of an absolute target, which takes the place of Host, or null. */
  @Nullable String authority() {
    return authority;
  }
}
