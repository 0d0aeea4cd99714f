package dev.pounce.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What a call of the command that does not serve came to.
 *
 * @param code its exit code
 * @param out what it printed
 * @param err what it complained about
 */
record Outcome(int code, String out, String err) {

  /** Runs the command in this JVM, with {@code folder} as its working directory and cache. */
  static Outcome of(Path folder, String... args) {
    return of(folder, Map.of(), args);
  }

  static Outcome of(Path folder, Map<String, String> environment, String... args) {
    Map<String, String> whole = new HashMap<>(environment);
    whole.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try (PrintStream printed = new PrintStream(err, true, UTF_8);
        Command command = new Command(whole, folder, out, printed)) {
      int code = command.run(args);
      return new Outcome(code, out.toString(UTF_8), err.toString(UTF_8));
    } finally {
      Thread.currentThread().setContextClassLoader(loader);
    }
  }
}
