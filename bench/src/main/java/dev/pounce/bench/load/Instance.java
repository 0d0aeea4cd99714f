package dev.pounce.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A Pounce in a process of its own that gets signals, and what it says but for its access log. */
final class Instance implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Every request has a line; they are read, so that the server need not wait, and dropped. */
  private static final String ACCESS = " - \"";

  private final Process process;
  private final Thread reader;
  private final Thread reaper;
  private final List<String> lines = new ArrayList<>();

  private Instance(Process process) {
    this.process = process;
    reader = Thread.ofPlatform().daemon(true).name("instance-output").start(this::read);
    reaper = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(reaper);
  }

  /** Starts a command, and waits until it serves. */
  static Instance start(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    var instance = new Instance(builder.start());
    instance.await(0, line -> line.contains("http://"));
    return instance;
  }

  private void read() {
    try (BufferedReader output = process.inputReader(UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (!line.contains(ACCESS)) {
          if (line.contains(" WARNING ")
              || line.contains(" ERROR ")
              || line.startsWith(" ")
              || line.startsWith("\t")) {
            System.err.println("bench: the server says: " + line);
          }
          synchronized (lines) {
            lines.add(line);
            lines.notifyAll();
          }
        }
      }
    } catch (IOException ended) {
      // as it does when the process is killed
    }
  }

  /** How many lines there are so far. */
  int said() {
    synchronized (lines) {
      return lines.size();
    }
  }

  /** Lines from this one on. */
  List<String> lines(int from) {
    synchronized (lines) {
      return List.copyOf(lines.subList(from, lines.size()));
    }
  }

  /** Waits for a line, this one or a later. */
  String await(int from, Predicate<String> wanted) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    synchronized (lines) {
      while (true) {
        for (String line : lines.subList(from, lines.size())) {
          if (wanted.test(line)) {
            return line;
          }
        }
        long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        if (left <= 0 || !process.isAlive() && !reader.isAlive()) {
          throw new IOException("the server did not say what it should; it said: " + lines);
        }
        lines.wait(Math.min(left, 100));
      }
    }
  }

  long pid() {
    return process.pid();
  }

  /** Its worker processes. */
  List<ProcessHandle> workers() {
    return process.children().toList();
  }

  /** Sends a signal, by its name without SIG. */
  void signal(String name) throws IOException {
    signal(name, pid());
  }

  static void signal(String name, long pid) throws IOException {
    Shell.read("kill", "-" + name, Long.toString(pid));
  }

  /** Asks it to load the application anew, and waits until it has, or has said that it can't. */
  boolean reload() throws IOException, InterruptedException {
    int from = said();
    signal("HUP");
    return awaitReload(from);
  }

  boolean awaitReload(int from) throws IOException, InterruptedException {
    return !await(from, Instance::isOutcome).contains("Reload failed");
  }

  private static boolean isOutcome(String line) {
    return line.contains("Reload failed") || line.matches(".*Generation \\d+ serves.*");
  }

  /** Waits for its end, after it was told to stop. */
  int exitCode() throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IOException("the server does not stop; it said: " + lines(0));
    }
    reader.join();
    return process.exitValue();
  }

  @Override
  public void close() throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
    reader.join();
    Runtime.getRuntime().removeShutdownHook(reaper);
  }
}
