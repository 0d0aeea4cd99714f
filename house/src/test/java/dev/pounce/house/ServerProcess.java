package dev.pounce.house;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pounce.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code pounce} command in a process of its own, as the launcher starts it. */
final class ServerProcess implements AutoCloseable {

  private static final Pattern ADDRESS =
      Pattern.compile("http://(?:127\\.0\\.0\\.1|0\\.0\\.0\\.0):(\\d+)");

  private final Process process;
  private final BufferedReader output;
  private final List<String> lines = new ArrayList<>();

  private ServerProcess(Process process) {
    this.process = process;
    this.output = process.inputReader(UTF_8);
  }

  /** What stands for {@code ./pounce} in a shell. */
  static String command() {
    return String.join(" ", words().stream().map(word -> "'" + word + "'").toList());
  }

  private static List<String> words() {
    return words(Main.class.getName());
  }

  private static List<String> words(String program) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-Dstdout.encoding=UTF-8",
        "-cp",
        System.getProperty("java.class.path"),
        program);
  }

  /** Starts the command in the root of the house, on a free port. */
  static ServerProcess start(Path cache, String... arguments) throws IOException {
    List<String> words = new ArrayList<>(words());
    words.addAll(List.of("--port", "0"));
    words.addAll(List.of(arguments));
    return start(Document.ROOT, words, Map.of("XDG_CACHE_HOME", cache.toString()));
  }

  /** Starts, where it is, a source file that embeds the server and reads the environment. */
  static ServerProcess start(Path program) throws IOException {
    return start(program.getParent(), words(program.toString()), Map.of("POUNCE_PORT", "0"));
  }

  /** Runs a command line that starts the server, with no settings but those given. */
  static ServerProcess start(Path directory, List<String> words, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("POUNCE_"));
    builder.environment().putAll(environment);
    return new ServerProcess(builder.redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  long pid() {
    return process.pid();
  }

  /** Waits for the line that says where the server listens. */
  int port() throws IOException {
    Matcher address = ADDRESS.matcher(readUntil("http://"));
    if (!address.find()) {
      throw new AssertionError("not a banner: " + lines);
    }
    return Integer.parseInt(address.group(1));
  }

  /** Waits for a line that has this text in it. */
  String readUntil(String text) throws IOException {
    while (true) {
      String line = output.readLine();
      if (line == null) {
        throw new AssertionError("ended without '" + text + "': " + lines);
      }
      lines.add(line);
      if (line.contains(text)) {
        return line;
      }
    }
  }

  /** Sends SIGTERM; what is printed from then on can still be read. */
  void terminate() {
    process.toHandle().destroy();
  }

  /** Waits for the end, and returns the exit code. */
  int exitCode() throws IOException, InterruptedException {
    output.lines().forEach(lines::add);
    return process.waitFor();
  }

  /** What it has printed, as far as that was waited for. */
  List<String> lines() {
    return lines;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.destroyForcibly();
    process.waitFor(10, TimeUnit.SECONDS);
    output.close();
  }
}
