package dev.pounce.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.testkit.RawClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A {@link Program} in a JVM of its own, and all that it has printed and logged. */
final class Child implements AutoCloseable {

  private static final String ACCESS_LINE = " - \"";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Thread reader;
  private final List<String> lines = new ArrayList<>();

  private Child(Process process) {
    this.process = process;
    this.reader = Thread.ofPlatform().name("child-output").start(this::read);
  }

  /** Starts one with this much heap and waits until it serves. */
  static Child start(String heap, String... args) throws Exception {
    Child child = by(List.of(), heap, args);
    try {
      child.awaitLine("port ");
      return child;
    } catch (Exception | Error e) {
      child.close();
      throw e;
    }
  }

  /** Has another program start one, such as {@code setpriv}. */
  static Child by(List<String> before, String heap, String... args) throws Exception {
    List<String> command = new ArrayList<>(before);
    command.addAll(command(heap, args));
    return new Child(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /** Starts one on a terminal of its own, which is closed when this is. */
  static Child onTerminal(String heap, String... args) throws Exception {
    String words =
        command(heap, args).stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
    ProcessBuilder script = new ProcessBuilder("script", "-qec", "exec " + words, "/dev/null");
    return new Child(script.redirectErrorStream(true).start());
  }

  /** The processes that this has started, and those that they have. */
  List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  private static List<String> command(String heap, String... args) {
    List<String> command = new ArrayList<>();
    // Whoever runs the tests in the background may have them ignore SIGINT.
    command.addAll(List.of("/usr/bin/env", "--default-signal=INT,TERM"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + heap, "-XX:MaxDirectMemorySize=" + heap));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-Djava.util.logging.SimpleFormatter.format=%5$s%6$s%n");
    command.addAll(List.of("-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Program.class.getName());
    command.addAll(List.of(args));
    return command;
  }

  private void read() {
    try (BufferedReader output = process.inputReader(UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        synchronized (lines) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All lines so far but those of the access log. */
  List<String> lines() {
    synchronized (lines) {
      return lines.stream().filter(line -> !line.contains(ACCESS_LINE)).toList();
    }
  }

  /** Waits for a line that begins so. */
  String awaitLine(String beginning) throws Exception {
    boolean there =
        Await.holdsWithin(
            PATIENCE, () -> find(beginning) != null || !process.isAlive() && !reader.isAlive());
    String line = there ? find(beginning) : null;
    assertThat(line).as("a line that begins with \"%s\" among %s", beginning, lines()).isNotNull();
    return line;
  }

  private String find(String beginning) {
    return lines().stream().filter(line -> line.startsWith(beginning)).findFirst().orElse(null);
  }

  int port() throws Exception {
    return Integer.parseInt(awaitLine("port ").substring("port ".length()));
  }

  RawClient connect() throws Exception {
    return RawClient.connect(port(), Duration.ofSeconds(20));
  }

  /** The most memory that the process has held at once so far, all kinds of memory together. */
  long peakBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", "" + process.pid(), "status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("/proc tells no VmHWM");
  }

  /** Sends the process a signal, by its name without SIG. */
  void signal(String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start();
    assertThat(kill.waitFor()).isZero();
    kill.destroy();
  }

  /** Lets requests for {@code /hold} go on. */
  void release() throws IOException {
    process.outputWriter().write("release\n");
    process.outputWriter().flush();
  }

  /** Waits for the end of the process, and of its output. */
  int exitCode(Duration patience) throws InterruptedException {
    assertThat(process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS))
        .as("the process ends within %s; its output: %s", patience, lines())
        .isTrue();
    reader.join();
    return process.exitValue();
  }

  @Override
  public void close() throws InterruptedException, IOException {
    process.destroyForcibly().waitFor();
    reader.join();
    process.outputWriter().close();
  }
}
