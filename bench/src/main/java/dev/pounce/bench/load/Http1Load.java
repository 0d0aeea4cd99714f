package dev.pounce.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Work for a server, done by a load tool. */
enum Load {
  C64("64", "64 connections", 64, 1),
  C512("512", "512 connections", 512, 1),
  PIPELINED("pipelined", "64 connections, 16 requests pipelined on each", 64, 16),
  H2LOAD("h2load", "64 connections, measured by h2load instead of wrk", 64, 1);

  private final String label;
  private final String description;
  private final int connections;
  private final int depth;

  Load(String label, String description, int connections, int depth) {
    this.label = label;
    this.description = description;
    this.connections = connections;
    this.depth = depth;
  }

  String label() {
    return label;
  }

  String description() {
    return description;
  }

  /** What a server that logs each request may write in a second. */
  long logBytesPerSecond() {
    return depth == 1 ? 50_000_000 : 350_000_000;
  }

  /** Puts the work on a server for a time. */
  Report run(Mode mode, int port, Duration time) throws IOException {
    String url = "http://127.0.0.1:" + port + "/plaintext";
    return switch (this) {
      case C64, C512 -> Report.ofWrk(shell(mode, wrk(mode, url, time)));
      // wrk corrects latencies as if requests were sent one by one: pipelined, they mean nothing.
      case PIPELINED -> Report.ofWrk(shell(mode, wrk(mode, url, time))).withoutLatency();
      case H2LOAD -> Report.ofH2load(shell(mode, h2load(mode, url, time)));
    };
  }

  private List<String> wrk(Mode mode, String url, Duration time) {
    String script = Contender.BENCH.resolve("wrk.lua").toString();
    var command = new ArrayList<>(List.of("wrk", "-s", script));
    command.addAll(List.of("-t", "" + mode.loadThreads(), "-c", "" + connections));
    command.addAll(List.of("-d", time.toSeconds() + "s", url, "--", "" + depth));
    return command;
  }

  private List<String> h2load(Mode mode, String url, Duration time) {
    var command = new ArrayList<>(List.of("h2load", "--h1"));
    command.addAll(List.of("-t", "" + mode.loadThreads(), "-c", "" + connections));
    command.addAll(List.of("-D", "" + time.toSeconds(), url));
    return command;
  }

  private static String shell(Mode mode, List<String> command) throws IOException {
    return Shell.read(mode.load(command).toArray(String[]::new));
  }
}
