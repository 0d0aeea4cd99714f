package dev.pounce.server.fleet;

import static dev.pounce.server.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.Await;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A {@link FleetProgram}: a supervisor, its workers, and all that they have printed and logged. */
final class FleetProcess implements AutoCloseable {

  private static final String ACCESS_LINE = " - \"";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path output;

  /** Those that nobody finds any more when the supervisor has been killed. */
  private final Set<ProcessHandle> orphans = new HashSet<>();

  private FleetProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts one and waits until it serves version 1. */
  static FleetProcess start(Path folder, String... settings) throws Exception {
    FleetProcess fleet = by(List.of(), folder, settings);
    try {
      fleet.awaitLine("at ");
      return fleet;
    } catch (Exception | Error e) {
      fleet.close();
      throw e;
    }
  }

  /** Has another program start one, such as {@code setsid}. */
  static FleetProcess by(List<String> before, Path folder, String... settings) throws Exception {
    Files.writeString(Shop.version(folder), "1");
    List<String> args = new ArrayList<>(List.of(folder.toString()));
    args.addAll(List.of(settings));
    List<String> command = new ArrayList<>(before);
    // Whoever runs the tests in the background may have them ignore SIGINT.
    command.addAll(List.of("/usr/bin/env", "--default-signal=INT,TERM,HUP"));
    command.addAll(FleetProgram.command(args));
    // A file, since a pipe of the JDK ends with the supervisor, whatever its workers have to say.
    Path output = Files.createTempFile(folder, "fleet", ".log");
    return new FleetProcess(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start(),
        output);
  }

  /** All lines so far but those of the access log. */
  List<String> lines() throws IOException {
    String text = Files.readString(output);
    return text.substring(0, text.lastIndexOf('\n') + 1)
        .lines()
        .filter(line -> !line.contains(ACCESS_LINE))
        .toList();
  }

  /** Waits for a line that begins so. */
  String awaitLine(String beginning) throws Exception {
    awaitLines(1, beginning);
    return having(beginning).findFirst().orElseThrow();
  }

  /** Waits for so many lines that begin so. */
  void awaitLines(int count, String beginning) throws Exception {
    assertThat(Await.holdsWithin(PATIENCE, () -> having(beginning).count() >= count))
        .as("%d line(s) that begin with \"%s\" among %s", count, beginning, lines())
        .isTrue();
  }

  private Stream<String> having(String beginning) throws IOException {
    return lines().stream().filter(line -> line.startsWith(beginning));
  }

  int port() throws Exception {
    String uri = awaitLine("at ");
    return Integer.parseInt(uri.substring(uri.lastIndexOf(':') + 1));
  }

  RawClient connect() throws Exception {
    return RawClient.connect(port(), PATIENCE);
  }

  /** Asks on a connection of its own. */
  RawResponse ask(String path) throws Exception {
    try (RawClient client = connect()) {
      return client.send(get(path)).readResponse();
    }
  }

  /** A connection to another worker than these, and which that is. */
  Served connectBeside(Long... pids) throws Exception {
    Set<Long> others = Set.of(pids);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      RawClient client = connect();
      long pid = pid(client);
      if (!others.contains(pid)) {
        return new Served(client, pid);
      }
      client.close();
    }
    throw new AssertionError("all connections are served by " + others + ": " + lines());
  }

  /** A connection, and the worker process that serves it. */
  record Served(RawClient client, long pid) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      client.close();
    }
  }

  /** Who serves a connection. */
  static long pid(RawClient client) throws IOException {
    return Long.parseLong(client.send(get("/pid")).readResponse().text());
  }

  long pid() {
    return process.pid();
  }

  /** The worker processes that there are. */
  Set<Long> workers() {
    try (Stream<ProcessHandle> children = process.children()) {
      return children.map(ProcessHandle::pid).collect(Collectors.toSet());
    }
  }

  /** Waits for worker processes that are as wanted. */
  Set<Long> awaitWorkers(String what, Predicate<Set<Long>> wanted) throws Exception {
    assertThat(Await.holdsWithin(PATIENCE, () -> wanted.test(workers())))
        .as("%s: %s; output: %s", what, workers(), lines())
        .isTrue();
    return workers();
  }

  /** The directory that its processes share, as long as there is one. */
  Optional<Path> runDirectory() throws IOException {
    try (Stream<Path> runs = Files.list(Path.of("/dev/shm"))) {
      return runs.filter(run -> run.getFileName().toString().startsWith("pounce-" + pid() + "-"))
          .findFirst();
    }
  }

  /** Sends the supervisor a signal, by its name without SIG. */
  void signal(String name) throws Exception {
    process.descendants().forEach(orphans::add);
    signal(name, pid());
  }

  /** Has its workers replaced by such as are of this version. */
  void reload(String version) throws Exception {
    Files.writeString(Shop.version(output.getParent()), version);
    signal("HUP");
  }

  /** Sends a process a signal; or a group of processes, by its negative number. */
  static void signal(String name, long pid) throws Exception {
    Process kill = new ProcessBuilder("kill", "-s", name, "--", "" + pid).start();
    assertThat(kill.waitFor()).isZero();
    kill.destroy();
  }

  /** Waits for the end of the supervisor. */
  int exitCode() throws InterruptedException, IOException {
    assertThat(process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
        .as("the supervisor ends; output: %s", lines())
        .isTrue();
    return process.exitValue();
  }

  /** Kills what is left, and clears up after it. */
  @Override
  public void close() throws Exception {
    List<ProcessHandle> all = process.descendants().toList();
    process.destroyForcibly().waitFor();
    all.forEach(ProcessHandle::destroyForcibly);
    orphans.forEach(ProcessHandle::destroyForcibly);
    process.outputWriter().close();
    Optional<Path> left = runDirectory();
    if (left.isPresent()) {
      try (Stream<Path> files = Files.walk(left.get())) {
        files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      }
    }
  }
}
