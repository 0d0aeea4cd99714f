package dev.pounce.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The command in a process of its own, with its output in files. Closing kills what still runs. */
final class PounceProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);
  private static final Pattern URL = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)");

  private final Process process;
  private final Path out;
  private final Path err;

  private PounceProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Runs the command in a folder, which has its output too. */
  static PounceProcess start(Path folder, String... args) throws IOException {
    return start(folder, Map.of(), List.of(), args);
  }

  /** Runs the command by way of another one, such as {@code setpriv}. */
  static PounceProcess start(
      Path folder, Map<String, String> environment, List<String> before, String... args)
      throws IOException {
    List<String> line = new ArrayList<>(before);
    line.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    line.addAll(List.of(args));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    builder.environment().putAll(environment);
    return new PounceProcess(builder.start(), out, err);
  }

  /** The port that the banner tells. */
  int port() throws IOException, InterruptedException {
    return Integer.parseInt(await(URL, 1).group(1));
  }

  /** Waits until a line has been printed that has a text in it. */
  void await(String text) throws IOException, InterruptedException {
    await(text, 1);
  }

  /** Waits until a text has been printed so many times. */
  void await(String text, int times) throws IOException, InterruptedException {
    await(Pattern.compile(Pattern.quote(text)), times);
  }

  private Matcher await(Pattern pattern, int times) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      boolean alive = process.isAlive();
      Matcher matcher = pattern.matcher(out());
      int found = 0;
      while (found < times && matcher.find()) {
        found++;
      }
      if (found == times) {
        return matcher;
      }
      if (!alive || System.nanoTime() > deadline) {
        throw new AssertionError(
            "not " + times + " times " + pattern + "; out: " + out() + "\nerr: " + err());
      }
      Thread.sleep(BETWEEN_LOOKS);
    }
  }

  /** Sends a signal, by its name without SIG. */
  PounceProcess signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-s", name, String.valueOf(pid())).start().waitFor();
    return this;
  }

  /** Sends SIGTERM, as {@code kill} does. */
  PounceProcess terminate() {
    process.destroy();
    return this;
  }

  /** The exit code, once the process has ended. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("still running: " + process.info());
    }
    return process.exitValue();
  }

  long pid() {
    return process.pid();
  }

  String out() throws IOException {
    return Files.readString(out, UTF_8);
  }

  String err() throws IOException {
    return Files.readString(err, UTF_8);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    exitCode();
  }
}
