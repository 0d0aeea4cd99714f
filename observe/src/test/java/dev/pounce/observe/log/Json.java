package dev.pounce.observe.log;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads one flat JSON object of strings, numbers and truths, strictly by RFC 8259, and fails at
 * anything else. Numbers come as they are written. Knows nothing of the code that writes.
 */
final class Json {
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  static Map<String, String> parse(String text) {
    Json json = new Json(text);
    Map<String, String> members = json.object();
    json.check(json.at == text.length(), "nothing after the object");
    return members;
  }

  private Map<String, String> object() {
    Map<String, String> members = new LinkedHashMap<>();
    expect('{');
    do {
      String name = string();
      expect(':');
      String value = peek() == '"' ? string() : bare();
      check(members.put(name, value) == null, "no name twice");
    } while (accept(','));
    expect('}');
    return members;
  }

  private String string() {
    StringBuilder value = new StringBuilder();
    expect('"');
    while (peek() != '"') {
      char c = next();
      check(c >= ' ', "no control character in a string");
      value.append(c == '\\' ? escape() : c);
    }
    expect('"');
    return value.toString();
  }

  private char escape() {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        String digits = text.substring(at, at + 4);
        check(digits.matches("[0-9a-fA-F]{4}"), "four hexadecimal digits");
        at += 4;
        yield (char) Integer.parseInt(digits, 16);
      }
      default -> throw new AssertionError("no escape: " + c);
    };
  }

  private String bare() {
    int from = at;
    while (",}".indexOf(peek()) < 0) {
      at++;
    }
    String value = text.substring(from, at);
    check(
        value.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?|true|false"),
        "a number or a truth");
    return value;
  }

  private boolean accept(char wanted) {
    boolean found = peek() == wanted;
    at += found ? 1 : 0;
    return found;
  }

  private void expect(char wanted) {
    check(next() == wanted, String.valueOf(wanted));
  }

  private char next() {
    char c = peek();
    at++;
    return c;
  }

  private char peek() {
    check(at < text.length(), "more");
    return text.charAt(at);
  }

  private void check(boolean holds, String expected) {
    if (!holds) {
      throw new AssertionError("at " + at + ": expected " + expected + " in " + text);
    }
  }
}
