package dev.pounce.bench.load;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The file that servers write their log into, one after the other, each from its beginning.
 *
 * <p>It lies in memory and is filled before each of them. A file that grows takes a fresh page for
 * each 4 KiB, and a virtual machine that has given its free memory back to the host, or memory that
 * was not touched for minutes, gets one at a thirtieth of the speed of memory: a cost of the
 * machine, not of the server that logs.
 */
final class LogFile implements AutoCloseable {
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final int BLOCK = 1 << 20;

  private final Path path;
  private final long bytes;

  /** A file of at least this size, in the memory file system where there is one. */
  LogFile(long bytes, Path scratch) throws IOException {
    path =
        Files.createTempFile(Files.isWritable(MEMORY) ? MEMORY : scratch, "pounce-bench", ".log");
    path.toFile().deleteOnExit();
    this.bytes = bytes;
  }

  /** Touches all of the file. */
  void fill() throws IOException {
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      byte[] block = new byte[BLOCK];
      for (long written = 0; written < bytes; written += BLOCK) {
        file.write(block);
      }
    }
  }

  /** The command with its standard output over what the file holds. */
  List<String> into(List<String> command) {
    var redirected = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 1<>\"$0\"", path.toString()));
    redirected.addAll(command);
    return redirected;
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path);
  }
}
