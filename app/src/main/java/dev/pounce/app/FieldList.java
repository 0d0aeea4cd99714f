package dev.pounce.app;

import java.util.Objects;

/** Header fields as strings, each one checked when it came in. */
final class FieldList extends Headers {

  static final FieldList NONE = new FieldList(new String[0]);

  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private final String[] fields;

  private FieldList(String[] fields) {
    this.fields = fields;
  }

  /** Takes the array over. */
  static FieldList checked(String[] fields) {
    if (fields.length % 2 != 0) {
      throw new IllegalArgumentException(
          "header without a value: " + fields[fields.length - 1] + " (expected: name, value, ...)");
    }
    for (int i = 0; i < fields.length; i += 2) {
      checkName(fields[i]);
      checkValue(fields[i], fields[i + 1]);
    }
    return new FieldList(fields);
  }

  /** Takes the array of somebody who has checked it. */
  static FieldList unchecked(String[] fields) {
    return new FieldList(fields);
  }

  @Override
  public int size() {
    return fields.length / 2;
  }

  @Override
  public String name(int index) {
    return fields[2 * Objects.checkIndex(index, size())];
  }

  @Override
  public String value(int index) {
    return fields[2 * Objects.checkIndex(index, size()) + 1];
  }

  @Override
  int indexOf(String name, int from) {
    for (int i = 2 * from; i < fields.length; i += 2) {
      if (fields[i].equalsIgnoreCase(name)) {
        return i / 2;
      }
    }
    return -1;
  }

  private static void checkName(String name) {
    boolean token = !name.isEmpty();
    for (int i = 0; i < name.length() && token; i++) {
      char c = name.charAt(i);
      token = c < 0x80 && (Character.isLetterOrDigit(c) || TOKEN_MARKS.indexOf(c) >= 0);
    }
    if (!token) {
      throw new IllegalArgumentException(
          "header name: " + printable(name) + " (expected: a token, RFC 9110, section 5.6.2)");
    }
  }

  private static void checkValue(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' && c != '\t' || c == 0x7f || c > 0xff) {
        throw new IllegalArgumentException(
            "header "
                + name
                + ": "
                + printable(value)
                + " (expected: no control characters, none beyond Latin-1)");
      }
    }
  }

  private static String printable(String text) {
    StringBuilder printable = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x7f) {
        printable.append(c);
      } else {
        printable.append(String.format("\\u%04x", (int) c));
      }
    }
    return printable.append('"').toString();
  }
}
