package dev.pounce.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the servers in turn on the same work. Each round starts every server anew, in a rotated
 * order, and puts each load on it: first to warm it up, then to measure it. A server's figures are
 * compared with raw Netty's, or those of the first of the list, in the same round only, because a
 * machine's speed changes by the hour.
 */
public final class SideBySide {
  private static final String USAGE =
      """
      usage: bench/side-by-side [FLAGS]
        --mode pinned       pinned: server on core 0, load on core 1; unpinned: both anywhere;
                            both: the one run after the other
        --servers LIST      of pounce,netty,vertx,helidon,jetty,undertow,tomcat (default: these),
                            pounce-info and pounce-debug: Pounce with metrics and lifecycle log
        --loads LIST        of 64,512,pipelined,h2load (default: all)
        --rounds 3          rounds; a figure is the median over them
        --seconds 8         how long each server is measured under each load
        --warmup 6          seconds of the same load before that, in two runs
        --out FILE          also append the tables to this file, as Markdown\
      """;

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "mode", "pinned",
          "servers", "pounce,netty,vertx,helidon,jetty,undertow,tomcat",
          "loads", "64,512,pipelined,h2load",
          "rounds", "3",
          "seconds", "8",
          "warmup", "6",
          "out", "");

  private final List<Contender> servers;
  private final List<Load> loads;
  private final Duration measured;
  private final Duration warmup;
  private final Path scratch;
  private final Results results;

  private SideBySide(Flags flags) throws IOException {
    servers = flags.servers();
    loads = flags.choices("loads", List.of(Load.values()), Load::label);
    measured = Duration.ofSeconds(flags.number("seconds"));
    warmup = Duration.ofSeconds(flags.number("warmup"));
    scratch = Shell.scratch();
    results = new Results(servers);
  }

  public static void main(String[] args) throws IOException {
    var flags = Flags.parse(USAGE, DEFAULTS, args);
    var bench = new SideBySide(flags);
    var modes =
        flags.text("mode").equals("both")
            ? List.of(Mode.values())
            : flags.choices("mode", List.of(Mode.values()), Mode::label);
    int rounds = flags.number("rounds");

    Shell.need("wrk", "wrk");
    Shell.need("h2load", "nghttp2-client");
    Contender.build(bench.servers);

    var text = new StringBuilder();
    text.append("\n## bench/side-by-side ").append(String.join(" ", args)).append("\n\n");
    text.append(Machine.description()).append('\n');
    for (var mode : modes) {
      try (var log = new LogFile(bench.logBytes(), bench.scratch)) {
        for (int round = 0; round < rounds; round++) {
          bench.round(mode, round, log);
        }
      }
      text.append(bench.tables(mode));
    }
    System.out.print(text);
    if (!flags.text("out").isEmpty()) {
      append(Path.of(flags.text("out")), text.toString());
    }
  }

  /** What a server that logs each request writes under all loads. */
  private long logBytes() {
    long perSecond = loads.stream().mapToLong(Load::logBytesPerSecond).sum();
    int lines = servers.stream().mapToInt(Contender::linesPerRequest).max().orElse(1);
    return lines * perSecond * measured.plus(warmup).toSeconds();
  }

  private void round(Mode mode, int round, LogFile log) throws IOException {
    var order = new ArrayList<>(servers);
    Collections.rotate(order, -round);
    for (var server : order) {
      log.fill();
      int port = Probe.freePort();
      var command = mode.server(log.into(server.command(port, scratch)));
      try (var process =
          ServerProcess.start(command, scratch, port, "/plaintext", Probe::isPlaintext)) {
        for (var load : loads) {
          // Twice, so that connections that end, and come anew, are warm too.
          load.run(mode, port, warmup.dividedBy(2));
          load.run(mode, port, warmup.dividedBy(2));
          var run = new Results.Run(mode, load, server, round, measure(mode, load, process));
          results.add(run);
          progress(run);
        }
      }
    }
  }

  private Map<Quantity, Double> measure(Mode mode, Load load, ServerProcess process)
      throws IOException {
    var cpuBefore = process.cpu();
    var othersBefore = others(process);
    long loggedBefore = process.logged();
    long start = System.nanoTime();
    var report = load.run(mode, process.port(), measured);
    double elapsed = System.nanoTime() - start;
    var cpu = process.cpu().minus(cpuBefore);
    var others = others(process).minus(othersBefore);

    var values = new EnumMap<Quantity, Double>(Quantity.class);
    values.put(Quantity.RATE, report.requestsPerSecond());
    values.put(Quantity.CPU, cpu.toNanos() / 1e3 / report.requests());
    values.put(Quantity.P50, report.p50());
    values.put(Quantity.P99, report.p99());
    values.put(Quantity.RESIDENT, process.resident() / (1024.0 * 1024.0));
    double logged = process.logged() - loggedBefore;
    values.put(Quantity.LOGGED, logged / report.requests());
    values.put(Quantity.ERRORS, (double) report.errors());
    values.put(Quantity.OTHERS, Math.max(0, 100 * others.toNanos() / elapsed));
    return values;
  }

  private static Duration others(ServerProcess process) throws IOException {
    return Machine.busy().minus(Machine.own()).minus(process.cpu());
  }

  private static void progress(Results.Run run) {
    var line = new StringBuilder();
    line.append(run.mode().label()).append(", round ").append(run.round() + 1).append(", ");
    line.append(run.server().label()).append(", ").append(run.load().label()).append(':');
    run.measured()
        .forEach((quantity, value) ->
            line.append("  ").append(quantity.show(value)).append(' ').append(quantity.title()));
    System.err.println(line);
  }

  private String tables(Mode mode) {
    var text = new StringBuilder();
    for (var load : loads) {
      text.append("\n### ").append(mode.label()).append(" (").append(mode.description());
      text.append("), ").append(load.description()).append("\n\n");
      text.append(results.table(mode, load, servers));
    }
    return text.toString();
  }

  private static void append(Path file, String text) throws IOException {
    Files.writeString(file, text, UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
