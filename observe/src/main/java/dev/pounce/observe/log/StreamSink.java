package dev.pounce.observe.log;

import java.io.IOException;
import java.io.OutputStream;

/** Lines to a stream, many in one write. */
final class StreamSink implements Sink {
  private final OutputStream out;
  private final byte[] batch;
  private int filled;
  private int lines;

  /** Takes lines of up to {@code longest} bytes. */
  StreamSink(OutputStream out, int longest) {
    this.out = out;
    this.batch = new byte[longest + 2];
  }

  @Override
  public boolean fits(int length) {
    return length < batch.length - filled;
  }

  @Override
  public void add(LogLevel level, LogName name, byte[] bytes, int offset, int length) {
    System.arraycopy(bytes, offset, batch, filled, length);
    filled += length;
    if (length == 0 || batch[filled - 1] != '\n') {
      batch[filled++] = '\n';
    }
    lines++;
  }

  @Override
  public int lines() {
    return lines;
  }

  @Override
  public void write() throws IOException {
    int length = filled;
    filled = 0;
    lines = 0;
    try {
      out.write(batch, 0, length);
      out.flush();
    } catch (IOException e) {
      // Part of a line may be out: the next one must not continue it.
      batch[filled++] = '\n';
      throw e;
    }
  }
}
