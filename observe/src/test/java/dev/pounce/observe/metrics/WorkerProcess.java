package dev.pounce.observe.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;

/** A worker in a JVM of its own, which does what it is told and says what it has done. */
final class WorkerProcess implements AutoCloseable {
  private static final String END = "--- end ---";

  private final Process process;
  private final PrintStream orders;
  private final BufferedReader answers;

  private WorkerProcess(Process process) {
    this.process = process;
    this.orders = new PrintStream(process.getOutputStream(), true, UTF_8);
    this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  /** Starts it, and waits until it has joined. */
  static WorkerProcess start(Ledger ledger, int worker) throws IOException {
    ledger.prepare(worker);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                ledger.directory().toString(),
                Integer.toString(worker))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    WorkerProcess started = new WorkerProcess(process);
    started.answer();
    return started;
  }

  long pid() {
    return process.pid();
  }

  /** Begins to answer one request after another. */
  void run() {
    orders.println("run");
  }

  /** Ends that, and returns how many requests there were, of all that it ever answered. */
  long pause() throws IOException {
    orders.println("pause");
    String answer = answer();
    while (answer.startsWith("so far ")) {
      answer = answer();
    }
    return Long.parseLong(answer);
  }

  /** Waits for the next word on how many requests it has answered. */
  long soFar() throws IOException {
    return Long.parseLong(answer().substring("so far ".length()));
  }

  /** Opens a connection, starts a request on it, and leaves it so. */
  void hold() throws IOException {
    orders.println("hold");
    answer();
  }

  String export() throws IOException {
    orders.println("export");
    return answers.lines().takeWhile(line -> !line.equals(END)).collect(Collectors.joining("\n"))
        + "\n";
  }

  private String answer() throws IOException {
    return Objects.requireNonNull(answers.readLine(), "it has ended");
  }

  /**
   * Kills it with SIGKILL, and returns how many requests it last said it had answered; or 0 if it
   * did not.
   */
  long kill() throws IOException, InterruptedException {
    process.toHandle().destroyForcibly(); // unlike the process, it leaves the streams open
    process.waitFor();
    long last = 0;
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.matches("so far \\d+")) {
        last = Long.parseLong(line.substring("so far ".length()));
      }
    }
    return last;
  }

  @Override
  public void close() throws InterruptedException, IOException {
    orders.close();
    answers.close();
    process.waitFor();
  }

  /** The worker. It says how far it is every so many requests. */
  static final class Program {
    static final int BATCH = 1_000;

    private final PrometheusCollector collector;
    private final BlockingQueue<String> orders = new LinkedBlockingQueue<>();
    private long answered;
    private long connections;

    private Program(PrometheusCollector collector) {
      this.collector = collector;
    }

    public static void main(String... arguments) throws Exception {
      int worker = Integer.parseInt(arguments[1]);
      try (Ledger ledger = Ledger.join(Path.of(arguments[0]), worker)) {
        Program program = new Program(new PrometheusCollector(ledger));
        Thread.ofPlatform().daemon().start(program::listen);
        System.out.println("joined");
        program.obey();
      }
    }

    private void listen() {
      try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
        in.lines().forEach(orders::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      orders.add("end");
    }

    private void obey() throws InterruptedException {
      while (true) {
        switch (orders.take()) {
          case "run" -> answer();
          case "pause" -> System.out.println(answered);
          case "hold" -> {
            Story.on(collector, 1, ++connections).opened().started("GET");
            System.out.println("held");
          }
          case "export" -> System.out.println(collector.export() + END);
          default -> {
            return;
          }
        }
      }
    }

    private void answer() {
      while (orders.isEmpty()) {
        for (int request = 0; request < BATCH; request++) {
          Story story = Story.on(collector, 1, ++connections).opened();
          story.answered("GET", 200, 10, Duration.ofMillis(3));
          story.closed();
        }
        answered += BATCH;
        System.out.println("so far " + answered);
      }
    }
  }
}
