package dev.pounce.server.http2.hpack;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A field name of which the encoder knows more than its octets.
 *
 * @param text the name in lower case
 * @param index its first in the static table, or 0
 * @param indexing what becomes of its values
 */
record Name(String text, int index, Indexing indexing) {

  /** What a field's value is to a table. */
  enum Indexing {
    /** Likely to come again. */
    INCREMENTAL,
    /** Another each time: it would only push out what comes again. */
    WITHOUT,
    /** A secret, which an attacker could guess by whether its own guess makes a block shorter. */
    NEVER
  }

  /** A cookie that is longer can't be guessed at once, as only the whole value matches. */
  private static final int COOKIE_TOO_LONG_TO_GUESS = 20;

  private static final List<String> SECRET =
      List.of("authorization", "proxy-authorization", "set-cookie");

  private static final List<String> FLEETING =
      List.of(
          "age",
          "content-length",
          "content-range",
          "etag",
          "last-modified",
          "location",
          "server-timing",
          "x-request-id");

  private static final Map<String, Name> KNOWN = new HashMap<>();

  static {
    for (int i = StaticTable.SIZE; i > 0; i--) {
      String text = StaticTable.get(i).name();
      know(new Name(text, i, SECRET.contains(text) ? Indexing.NEVER : Indexing.INCREMENTAL));
    }
    for (String text : FLEETING) {
      Name name = KNOWN.get(text);
      know(new Name(text, name == null ? 0 : name.index, Indexing.WITHOUT));
    }
  }

  /** By its text, and as an application usually writes it, so that it need not be made lower. */
  private static void know(Name name) {
    KNOWN.put(name.text, name);
    StringBuilder capitalized = new StringBuilder(name.text);
    for (int i = 0; i < capitalized.length(); i++) {
      if (i == 0 || capitalized.charAt(i - 1) == '-') {
        capitalized.setCharAt(i, Character.toUpperCase(capitalized.charAt(i)));
      }
    }
    KNOWN.put(capitalized.toString(), name);
  }

  /** What is known of a name, in any case; null if nothing is. */
  static @Nullable Name known(String given) {
    Name name = KNOWN.get(given);
    if (name != null) {
      return name;
    }
    String lower = lower(given);
    return lower.equals(given) ? null : KNOWN.get(lower);
  }

  /** A name in lower case, as HTTP/2 has it. */
  static String lower(String given) {
    return given.toLowerCase(Locale.ROOT);
  }

  Indexing indexing(String value) {
    return text.equals("cookie") && value.length() < COOKIE_TOO_LONG_TO_GUESS
        ? Indexing.NEVER
        : indexing;
  }
}
