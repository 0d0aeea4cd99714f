package dev.pounce.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where a worker process starts: as the process that has started it did, but for the main class and
 * what it is to be.
 */
final class Worker {

  private static final Path OWN_COMMAND = Path.of("/proc/self/cmdline");

  private Worker() {}

  /** Runs one worker and ends the process with its exit code. */
  public static void main(String[] args) {
    String[] rest = Arrays.copyOfRange(args, 2, args.length);
    System.exit(Main.command().work(Path.of(args[0]), Integer.parseInt(args[1]), rest));
  }

  /** The command of a worker process, made of this process's own. */
  static List<String> command(Path directory, int number) {
    List<String> command = new ArrayList<>(own());
    int main = command.indexOf(Main.class.getName());
    if (main < 0) {
      throw new IllegalStateException("this process was not started by the pounce command");
    }
    command.set(main, Worker.class.getName());
    command.addAll(main + 1, List.of(directory.toString(), String.valueOf(number)));
    return command;
  }

  private static List<String> own() {
    try {
      String words = new String(Files.readAllBytes(OWN_COMMAND), UTF_8);
      List<String> command = new ArrayList<>(List.of(words.split("\0", -1)));
      command.removeLast(); // each word ends with a zero
      command.set(0, ProcessHandle.current().info().command().orElse(command.getFirst()));
      return command;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
