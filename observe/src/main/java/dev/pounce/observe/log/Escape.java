package dev.pounce.observe.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Makes text from clients harmless in a log. Whatever a client sends, it can neither end the line,
 * nor the quotes it stands in, nor move a terminal's cursor, nor turn the direction of writing.
 * Other characters are written as UTF-8.
 */
enum Escape {
  /** Inside a JSON string (RFC 8259, section 7). */
  JSON('"'),
  /** Inside the quotes of a text line: what is not harmless becomes {@code \xNN}. */
  QUOTED('"'),
  /** The same inside single quotes. */
  SINGLE_QUOTED('\''),
  /**
   * A message of a text line. Quotes and backslashes stay; line breaks stay too, but each line
   * after one is indented, so that only a record begins at the margin.
   */
  LINE('"');

  /** The most bytes that one {@code char} becomes. */
  static final int MOST = 6;

  private static final byte[] BREAK = ascii("\n");
  private static final byte[] INDENTED_BREAK = ascii("\n    ");
  private static final byte[] HEX = ascii("0123456789abcdef");

  private final char quote;

  Escape(char quote) {
    this.quote = quote;
  }

  /**
   * The text as it may stand in a log, one {@code char} for each byte of it. Nearly all text needs
   * no escape and comes back as it is.
   */
  String harmless(String text) {
    if (isPlain(text)) {
      return text;
    }
    byte[] bytes = new byte[text.length() * MOST];
    return new String(bytes, 0, put(text, bytes, 0), ISO_8859_1);
  }

  /** Whether the text may stand in a log as it is. */
  boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isPlain(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether a character is printable ASCII and means nothing inside the quotes. */
  private boolean isPlain(char c) {
    return c >= ' ' && c < 0x7f && c != quote && c != '\\';
  }

  static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  /**
   * Writes text, escaped.
   *
   * @param target has room for {@link #MOST} bytes a character
   * @return the offset after it
   */
  int put(String text, byte[] target, int at) {
    int to = at;
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (isPlain(c)) {
        target[to++] = (byte) c;
      } else if (c < 0x80) {
        to = ascii(c, target, to, i + 1 < length ? text.charAt(i + 1) : '\n');
      } else if (Character.isHighSurrogate(c)
          && i + 1 < length
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        to = wide(Character.toCodePoint(c, text.charAt(++i)), target, to);
      } else {
        to = wide(c, target, to);
      }
    }
    return to;
  }

  private int ascii(char c, byte[] target, int at, char next) {
    return switch (this) {
      case JSON -> json(c, target, at);
      case QUOTED, SINGLE_QUOTED -> hex('x', c, 2, target, at);
      case LINE -> line(c, target, at, next);
    };
  }

  private static int json(char c, byte[] target, int at) {
    char letter =
        switch (c) {
          case '"', '\\' -> c;
          case '\n' -> 'n';
          case '\r' -> 'r';
          case '\t' -> 't';
          default -> 'u';
        };
    if (letter == 'u') {
      return hex('u', c, 4, target, at);
    }
    target[at] = '\\';
    target[at + 1] = (byte) letter;
    return at + 2;
  }

  private static int line(char c, byte[] target, int at, char next) {
    return switch (c) {
      case '"', '\\', '\t' -> {
        target[at] = (byte) c;
        yield at + 1;
      }
      case '\r' -> next == '\n' ? at : hex('x', c, 2, target, at);
      case '\n' -> {
        boolean indented = next == ' ' || next == '\t' || next == '\n';
        byte[] bytes = indented ? BREAK : INDENTED_BREAK;
        System.arraycopy(bytes, 0, target, at, bytes.length);
        yield at + bytes.length;
      }
      default -> hex('x', c, 2, target, at);
    };
  }

  private int wide(int point, byte[] target, int at) {
    if (point < 0xa0) {
      return this == JSON ? hex('u', point, 4, target, at) : hex('x', point, 2, target, at);
    }
    return switch (Character.getType(point)) {
      case Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE -> {
        int to = at;
        for (char c : Character.toChars(point)) {
          to = hex('u', c, 4, target, to);
        }
        yield to;
      }
      default -> utf8(point, target, at);
    };
  }

  private static int utf8(int point, byte[] target, int at) {
    int to = at;
    if (point < 0x800) {
      target[to++] = (byte) (0xc0 | (point >> 6));
    } else {
      if (point < 0x10000) {
        target[to++] = (byte) (0xe0 | (point >> 12));
      } else {
        target[to++] = (byte) (0xf0 | (point >> 18));
        target[to++] = (byte) (0x80 | ((point >> 12) & 0x3f));
      }
      target[to++] = (byte) (0x80 | ((point >> 6) & 0x3f));
    }
    target[to++] = (byte) (0x80 | (point & 0x3f));
    return to;
  }

  private static int hex(char kind, int value, int digits, byte[] target, int at) {
    target[at] = '\\';
    target[at + 1] = (byte) kind;
    int to = at + 2;
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
      target[to++] = HEX[(value >> shift) & 0xf];
    }
    return to;
  }
}
