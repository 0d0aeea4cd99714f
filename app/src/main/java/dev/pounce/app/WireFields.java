package dev.pounce.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Objects;

/** Header fields as they were received: names and values become strings only when asked for. */
final class WireFields extends Headers {

  private final byte[] block;
  private final int[] spans;

  WireFields(byte[] block, int[] spans) {
    this.block = block;
    this.spans = spans;
  }

  @Override
  public int size() {
    return spans.length / 4;
  }

  @Override
  public String name(int index) {
    return text(4 * Objects.checkIndex(index, size()));
  }

  @Override
  public String value(int index) {
    return text(4 * Objects.checkIndex(index, size()) + 2);
  }

  private String text(int at) {
    for (int i = spans[at]; i < spans[at + 1]; i++) {
      if (block[i] == '\r' || block[i] == '\n' || block[i] == 0) {
        throw new IllegalArgumentException("header field " + at / 4 + " has a CR, LF or NUL in it");
      }
    }
    return new String(block, spans[at], spans[at + 1] - spans[at], ISO_8859_1);
  }

  @Override
  int indexOf(String name, int from) {
    for (int i = 4 * from; i < spans.length; i += 4) {
      if (isName(name, spans[i], spans[i + 1])) {
        return i / 4;
      }
    }
    return -1;
  }

  private boolean isName(String name, int from, int to) {
    if (name.length() != to - from) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      int a = name.charAt(i);
      int b = block[from + i];
      if (a != b && (lower(a) != lower(b))) {
        return false;
      }
    }
    return true;
  }

  private static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  }
}
