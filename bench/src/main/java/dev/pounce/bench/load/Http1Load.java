package dev.pounce.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Requests of HTTP/1.1. */
enum Http1Load implements Load {
  C64("64", "64 connections", 64, 1),
  C512("512", "512 connections", 512, 1),
  PIPELINED("pipelined", "64 connections, 16 requests pipelined on each", 64, 16),
  H2LOAD("h2load", "64 connections, measured by h2load instead of wrk", 64, 1);

  private final String label;
  private final String description;
  private final int connections;
  private final int depth;

  Http1Load(String label, String description, int connections, int depth) {
    this.label = label;
    this.description = description;
    this.connections = connections;
    this.depth = depth;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public Protocol protocol() {
    return Protocol.HTTP1;
  }

  @Override
  public long logBytesPerSecond() {
    return depth == 1 ? 50_000_000 : 350_000_000;
  }

  @Override
  public Report run(Mode mode, int port, Duration time) throws IOException {
    String url = protocol().url(port);
    return switch (this) {
      case C64, C512 -> Report.ofWrk(mode.run(wrk(mode, url, time)));
      // wrk corrects latencies as if requests were sent one by one: pipelined, they mean nothing.
      case PIPELINED -> Report.ofWrk(mode.run(wrk(mode, url, time))).withoutLatency();
      case H2LOAD -> Report.ofH2load(mode.run(h2load(mode, url, time)));
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
}
