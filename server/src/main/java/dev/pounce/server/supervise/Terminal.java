package dev.pounce.server.supervise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The terminal that the process was started from. Linux alone: elsewhere there is never one. */
final class Terminal {

  private static final Path STAT = Path.of("/proc/self/stat");

  /** Behind the name of the process, which may have any characters. */
  private static final int TTY = 5;

  private Terminal() {}

  /** Whether the process has one, which has not been closed. */
  static boolean isThere() {
    try {
      String stat = Files.readString(STAT);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 1).split(" ");
      return !fields[TTY].equals("0");
    } catch (IOException e) {
      return false;
    }
  }
}
