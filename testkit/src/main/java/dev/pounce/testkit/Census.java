package dev.pounce.testkit;

import static java.util.stream.Collectors.joining;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What this JVM holds at one moment that a test could forget: threads, virtual threads, sockets,
 * child processes, and files in its temporary directory. What the JDK and the test runner keep for
 * themselves is left out.
 *
 * @param entries what it is, and where it comes from as far as that can be told
 */
record Census(Map<String, String> entries) {

  private static final Set<String> GROUPS_OF_THE_JDK =
      Set.of("system", "InnocuousThreadGroup", "CarrierThreads");
  private static final Pattern THREADS_OF_THE_RUNNER =
      Pattern.compile(
          "main|surefire-.*|ping-.*|Attach Listener|ForkJoinPool\\.commonPool-.*"
              + "|CompletableFutureDelayScheduler|process reaper.*|SIG[A-Z]+ handler|junit-.*"
              + "|JFR Periodic Tasks");
  private static final Pattern VIRTUAL_THREAD =
      Pattern.compile("(?m)^(#\\d+ \".*\") virtual.*\\R((?:[ \t]+.*\\R?)*)");
  private static final Pattern POLLER_OF_THE_JDK = Pattern.compile("Poller\\.\\w*[pP]ollerLoop");
  private static final Pattern REPOSITORY_OF_THE_RECORDER =
      Pattern.compile("\\d{4}(_\\d\\d){5}_" + ProcessHandle.current().pid());
  private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");

  static Census take() {
    Map<String, String> entries = new LinkedHashMap<>();
    try {
      addThreads(entries);
      addVirtualThreads(entries);
      addSockets(entries);
      addFiles(entries);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ProcessHandle.current()
        .children()
        .filter(ProcessHandle::isAlive)
        .forEach(child -> entries.put("process " + child.pid(), child.info().toString()));
    return new Census(entries);
  }

  /** What is here and was not there then. */
  Map<String, String> since(Census then) {
    Map<String, String> added = new LinkedHashMap<>(entries);
    added.keySet().removeAll(then.entries.keySet());
    return added;
  }

  private static void addThreads(Map<String, String> entries) {
    Thread.getAllStackTraces()
        .forEach((thread, stack) -> {
          ThreadGroup group = thread.getThreadGroup();
          if (group != null
              && !GROUPS_OF_THE_JDK.contains(group.getName())
              && !THREADS_OF_THE_RUNNER.matcher(thread.getName()).matches()) {
            entries.put(
                "thread #%d \"%s\"".formatted(thread.threadId(), thread.getName()),
                Arrays.stream(stack).map(frame -> "    at " + frame).collect(joining("\n")));
          }
        });
  }

  private static void addVirtualThreads(Map<String, String> entries) throws IOException {
    // The dump insists on making its file itself.
    Path directory = Files.createTempDirectory("census");
    Path dump = directory.resolve("threads");
    try {
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
      Matcher thread = VIRTUAL_THREAD.matcher(Files.readString(dump));
      while (thread.find()) {
        String stack = thread.group(2).stripTrailing();
        // A thread without a stack has just started or just ended; the next look tells which.
        if (!POLLER_OF_THE_JDK.matcher(stack).find()) {
          entries.put("virtual thread " + thread.group(1), stack);
        }
      }
    } finally {
      Files.deleteIfExists(dump);
      Files.delete(directory);
    }
  }

  private static void addSockets(Map<String, String> entries) throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    if (!Files.isDirectory(descriptors)) {
      return;
    }
    try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
      for (Path link : links) {
        if (Files.isSymbolicLink(link)) {
          Matcher socket = SOCKET.matcher(target(link));
          if (socket.matches()) {
            entries.put("socket " + socket.group(1), SocketTable.describe(socket.group(1)));
          }
        }
      }
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException closedMeanwhile) {
      return "";
    }
  }

  private static void addFiles(Map<String, String> entries) throws IOException {
    Path directory = Path.of(System.getProperty("java.io.tmpdir"));
    if (directory.equals(Path.of("/tmp")) || !Files.isDirectory(directory)) {
      return; // shared with other programs: an IDE's run, perhaps
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .filter(file -> !file.equals(directory) && !isRepositoryOfTheRecorder(file))
          .forEach(file -> entries.put("file " + file, Files.isDirectory(file) ? "directory" : ""));
    }
  }

  /** The JDK's Flight Recorder keeps its folder to the end; what runs has a file in it. */
  private static boolean isRepositoryOfTheRecorder(Path file) {
    return REPOSITORY_OF_THE_RECORDER.matcher(file.getFileName().toString()).matches();
  }
}
