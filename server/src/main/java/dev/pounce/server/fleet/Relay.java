package dev.pounce.server.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pounce.observe.log.LogLevel;
import dev.pounce.observe.log.LogName;
import dev.pounce.observe.log.LogWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Passes on what a worker process prints, whole lines at a time, so that those of several processes
 * do not mix. Where the output does not keep up, the process has to wait, and its log drops lines
 * and counts them, as it would without a relay.
 */
final class Relay implements Runnable {

  private static final int SIZE = 64 * 1024;
  private static final byte NEWLINE = '\n';

  private final InputStream in;
  private final OutputStream out;
  private final LogWriter log;
  private byte[] buffer = new byte[SIZE];
  private int filled;

  /**
   * A relay that is not started.
   *
   * @param out takes each write as a whole, from any thread
   * @param log gets what a process has left unfinished when it ended
   */
  Relay(InputStream in, OutputStream out, LogWriter log) {
    this.in = in;
    this.out = out;
    this.log = log;
  }

  @Override
  public void run() {
    try (in) {
      for (int count = read(); count >= 0; count = read()) {
        filled += count;
        pass();
      }
    } catch (IOException e) {
      // the process is gone, or nobody reads any more
    }
    if (filled > 0) {
      String rest = new String(buffer, 0, filled, UTF_8);
      log.message(LogLevel.WARNING, LogName.SERVER.logger(), "A line without end: " + rest, null);
    }
  }

  private int read() throws IOException {
    if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    return in.read(buffer, filled, buffer.length - filled);
  }

  private void pass() throws IOException {
    int end = filled;
    while (end > 0 && buffer[end - 1] != NEWLINE) {
      end--;
    }
    if (end > 0) {
      out.write(buffer, 0, end);
      out.flush();
      System.arraycopy(buffer, end, buffer, 0, filled - end);
      filled -= end;
    }
  }
}
