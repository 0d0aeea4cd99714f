package dev.pounce.server.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.pounce.server.exchange.Authority;
import dev.pounce.server.exchange.Path;
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
  private Path path = Path.UNREAD;
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
      path = Path.of(target);
    } else if (target.equals("*") && kind.equals(Method.OPTIONS)) {
      path = Path.ASTERISK;
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
    path = rest.equals("*") ? Path.ASTERISK : Path.of(rest.startsWith("/") ? rest : "/" + rest);
    authority = host;
  }

  /** What is asked for, as far as it has been read. */
  Path path() {
    return read ? path : Path.UNREAD;
  }

  /** The authority of an absolute target, which takes the place of Host, or null. */
  @Nullable String authority() {
    return authority;
  }
}
