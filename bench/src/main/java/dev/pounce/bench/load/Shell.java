package dev.pounce.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Other programs and the scratch folder. */
final class Shell {
  /** The JDK that runs this, and that every program started here is told to use. */
  static final String JAVA_HOME = System.getProperty("java.home");

  private Shell() {}

  /**
   * What a program prints.
   *
   * @throws IOException if it cannot be started or its exit code is not 0
   */
  static String read(String... command) throws IOException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", JAVA_HOME);
    var process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      int exit = process.waitFor();
      if (exit != 0) {
        throw new IOException(String.join(" ", command) + ": exit code " + exit + "\n" + output);
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      throw new IOException(interrupted);
    }
    return output;
  }

  /** Ends the process, saying how to install what is missing, unless the program is there. */
  static void need(String program, String debianPackage) {
    boolean found =
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    if (!found) {
      Flags.fail(program + " is missing: apt-get install " + debianPackage);
    }
  }

  /** A folder that is deleted when this process ends. */
  static Path scratch() throws IOException {
    Path scratch = Files.createTempDirectory("pounce-bench");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(scratch)));
    return scratch;
  }

  private static void delete(Path folder) {
    try (var paths = Files.walk(folder)) {
      List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException left) {
      System.err.println("bench: could not delete " + folder + ": " + left);
    }
  }
}
