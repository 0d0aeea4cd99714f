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

  private static final Pattern BANNER = Pattern.compile(".* · http://127\\.0\\.0\\.1:(\\d+)");

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
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-Dstdout.encoding=UTF-8",
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName());
  }

  /** Starts the command in the root of the house, on a free port. */
  static ServerProcess start(Path cache, String... arguments) throws IOException {
    List<String> words = new ArrayList<>(words());
    words.addAll(List.of("--port", "0"));
    words.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(words).directory(Document.ROOT.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("POUNCE_"));
    builder.environment().putAll(Map.of("XDG_CACHE_HOME", cache.toString()));
    return new ServerProcess(builder.redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Waits for the banner. */
  int port() throws IOException {
    Matcher banner = BANNER.matcher(readUntil(" · http://"));
    if (!banner.matches()) {
      throw new AssertionError("not a banner: " + lines);
    }
    return Integer.parseInt(banner.group(1));
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
