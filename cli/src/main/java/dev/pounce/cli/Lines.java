package dev.pounce.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;

/** Makes lines of what is printed. A line that does not end is told in pieces. */
final class Lines extends OutputStream {

  /** In bytes; a log line of so many characters, each of them escaped, is not too long. */
  static final int LONGEST = 32 << 10;

  private static final int LONGEST_CHARACTER = 4;

  private final Consumer<String> reader;
  private byte[] line = new byte[128];
  private int length;

  Lines(Consumer<String> reader) {
    this.reader = reader;
  }

  @Override
  public synchronized void write(int b) {
    add((byte) b);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    for (int i = offset; i < offset + length; i++) {
      add(bytes[i]);
    }
  }

  private void add(byte b) {
    if (b == '\n') {
      tell(length > 0 && line[length - 1] == '\r' ? length - 1 : length);
      return;
    }
    boolean within = (b & 0xc0) == 0x80; // a character of UTF-8 is not taken apart
    if (length >= LONGEST && !within || length == LONGEST + LONGEST_CHARACTER) {
      tell(length);
    }
    if (length == line.length) {
      line = Arrays.copyOf(line, 2 * length);
    }
    line[length++] = b;
  }

  /** Tells what has come of a line as if it had ended. */
  synchronized void endLine() {
    if (length > 0) {
      tell(length);
    }
  }

  private void tell(int end) {
    String text = new String(line, 0, end, UTF_8);
    length = 0;
    reader.accept(text);
  }
}
