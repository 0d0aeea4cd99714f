package dev.pounce.observe.log;

import dev.pounce.observe.RequestId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** A line that grows. Made once and filled again and again, it makes no garbage. */
final class Line {
  private byte[] bytes;
  private int length;

  /** An empty line, with room for so many bytes until it grows. */
  Line(int room) {
    this.bytes = new byte[room];
  }

  Line clear() {
    length = 0;
    return this;
  }

  /** What was written is at its beginning; another array once the line has grown. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes, length);
  }

  Line raw(byte[] part) {
    room(part.length);
    length = put(part, bytes, length);
    return this;
  }

  Line raw(String ascii) {
    room(ascii.length());
    length = put(ascii, bytes, length);
    return this;
  }

  Line raw(char ascii) {
    room(1);
    bytes[length++] = (byte) ascii;
    return this;
  }

  Line escaped(Escape escape, String text) {
    if (escape.isPlain(text)) {
      return raw(text);
    }
    room(text.length() * Escape.MOST);
    length = escape.put(text, bytes, length);
    return this;
  }

  /** A number, 0 or more; one that is less, which there should not be, is written as 0. */
  Line decimal(long value) {
    room(Digits.MOST);
    length = Digits.decimal(Math.max(0, value), bytes, length);
    return this;
  }

  /** Milliseconds with one to three decimals. */
  Line milliseconds(Duration duration) {
    room(Digits.MOST + 4);
    length = Digits.thousandths(duration.toNanos(), bytes, length);
    return this;
  }

  Line requestId(RequestId id) {
    room(RequestId.LONGEST);
    length = id.write(bytes, length);
    return this;
  }

  Line timestamp(Instant instant) {
    room(Timestamp.MOST);
    length = Timestamp.micros(instant, bytes, length);
    return this;
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  static int put(byte[] part, byte[] target, int at) {
    System.arraycopy(part, 0, target, at, part.length);
    return at + part.length;
  }

  // Deprecated because it drops the high byte of each char; there is none that has one.
  @SuppressWarnings("deprecation")
  static int put(String ascii, byte[] target, int at) {
    ascii.getBytes(0, ascii.length(), target, at);
    return at + ascii.length();
  }
}
