package dev.pounce.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** A server in a process of its own, and what the kernel and the JVM tell of it. */
final class ServerProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(1);
  private static final Duration STOP = Duration.ofSeconds(5);

  private final Process process;
  private final Path log;
  private final int port;
  private final Thread reaper;
  private Duration startup = Duration.ZERO;

  private ServerProcess(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
    reaper = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(reaper);
  }

  /** What a server is asked, again and again until it answers. */
  @FunctionalInterface
  interface Question {
    String ask(int port) throws IOException;
  }

  /** Starts a command and waits for its first answer to a GET, which must be as expected. */
  static ServerProcess start(
      List<String> command, Path scratch, int port, String path, Predicate<String> expected)
      throws IOException {
    return start(command, scratch, port, asked -> Probe.get(asked, path), expected);
  }

  /** Starts a command and waits for its first answer, which must be as expected. */
  static ServerProcess start(
      List<String> command, Path scratch, int port, Question question, Predicate<String> expected)
      throws IOException {
    Path log = Files.createTempFile(scratch, "server", ".log");
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    long start = System.nanoTime();
    var server = new ServerProcess(builder.start(), log, port);
    String answer = server.firstAnswer(start, question);
    server.startup = Duration.ofNanos(System.nanoTime() - start);
    if (!expected.test(answer)) {
      server.close();
      throw new IOException(String.join(" ", command) + " answered:\n" + answer);
    }
    return server;
  }

  private String firstAnswer(long start, Question question) throws IOException {
    var lastFailure = new IOException("the process ended");
    while (System.nanoTime() - start < START.toNanos() && process.isAlive()) {
      try {
        return question.ask(port);
      } catch (IOException notYet) {
        lastFailure = notYet;
        LockSupport.parkNanos(POLL.toNanos());
      }
    }
    String said = Files.readString(log);
    close();
    throw new IOException("no answer from the server, which said:\n" + said, lastFailure);
  }

  int port() {
    return port;
  }

  /** From the start of the process to its first whole answer. */
  Duration startup() {
    return startup;
  }

  /** The CPU time of all its threads so far. */
  Duration cpu() throws IOException {
    return Machine.cpu(pid());
  }

  /** The memory that it holds, in bytes. */
  long resident() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", pid(), "status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("process " + pid() + " has ended");
  }

  /** The bytes of live objects by class, after a full collection. */
  Map<String, Long> heap() throws IOException {
    jcmd("GC.run");
    var bytes = new TreeMap<String, Long>();
    for (String line : jcmd("GC.class_histogram").lines().toList()) {
      String[] words = line.strip().split("\\s+");
      if (words.length >= 4 && words[0].endsWith(":") && words[2].matches("\\d+")) {
        bytes.merge(words[3], Long.parseLong(words[2]), Long::sum);
      }
    }
    return bytes;
  }

  private String jcmd(String command) throws IOException {
    return Shell.read(Contender.jdk("jcmd"), pid(), command);
  }

  private String pid() {
    return Long.toString(process.pid());
  }

  /** How many bytes it has written to standard output. */
  long logged() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", pid(), "fdinfo", "1"))) {
      if (line.startsWith("pos:")) {
        return Long.parseLong(line.substring("pos:".length()).strip());
      }
    }
    throw new IOException("process " + pid() + " has no standard output");
  }

  /** Stops it, by force where it does not end by itself. */
  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().removeShutdownHook(reaper);
    Files.deleteIfExists(log);
  }
}
