package dev.pounce.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where server and load run. */
enum Mode {
  /** The server on the first core, the load on the second. */
  PINNED(
      "server on one core, load on the other",
      List.of("taskset", "-c", "0"),
      List.of("taskset", "-c", "1"),
      1),
  /** Both wherever the kernel puts them: what a user of a small machine sees. */
  UNPINNED("server and load on all cores", List.of(), List.of(), 2);

  private final String description;
  private final List<String> server;
  private final List<String> load;
  private final int loadThreads;

  Mode(String description, List<String> server, List<String> load, int loadThreads) {
    this.description = description;
    this.server = server;
    this.load = load;
    this.loadThreads = loadThreads;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  String description() {
    return description;
  }

  int loadThreads() {
    return loadThreads;
  }

  List<String> server(List<String> command) {
    return joined(server, command);
  }

  /** Runs a load tool; returns what it prints. */
  String run(List<String> tool) throws IOException {
    return Shell.read(joined(load, tool).toArray(String[]::new));
  }

  static List<String> joined(List<String> first, List<String> then) {
    var all = new ArrayList<>(first);
    all.addAll(then);
    return all;
  }
}
