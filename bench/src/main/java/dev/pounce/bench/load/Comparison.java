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
import java.util.stream.Stream;

/**
 * Runs the servers in turn on the same work. Each round starts every server anew, in a rotated
 * order, once for each protocol, and puts each load on it: first to warm it up, then to measure it.
 * A server's figures are compared with raw Netty's, or those of the first of the list, in the same
 * round only, because a machine's speed changes by the hour.
 */
final class Comparison {
  private static final String USAGE =
      """
      usage: bench/%s [FLAGS]
        --mode pinned       pinned: server on core 0, load on core 1; unpinned: both anywhere;
                            both: the one run after the other
        --servers LIST      default: %s
                            also pounce-quiet: without access log; pounce-info and
                            pounce-debug: with metrics and lifecycle log
        --loads LIST        of %s (default: all)
        --rounds 3          rounds; a figure is the median over them
        --seconds 8         how long each server is measured under each load
        --warmup %-10s seconds of the same load before that, in two runs
        --out FILE          also append the tables to this file, as Markdown\
      """;

  private final List<Contender> servers;
  private final List<Load> loads;
  private final Duration measured;
  private final Duration warmup;
  private final Path scratch;
  private final Results results;

  private Comparison(Flags flags, List<? extends Load> all) throws IOException {
    servers = flags.servers();
    loads = flags.choices("loads", List.copyOf(all), Load::label);
    measured = Duration.ofSeconds(flags.number("seconds"));
    warmup = Duration.ofSeconds(flags.number("warmup"));
    scratch = Shell.scratch();
    results = new Results(servers);
  }

  /**
   * Runs a command line.
   *
   * @param command its name
   * @param servers those that take part where none are named
   * @param warmup in seconds, where it is not given
   * @param loads those that it knows
   */
  static void main(
      String command, String servers, String warmup, List<? extends Load> loads, String... args)
      throws IOException {
    String known = String.join(",", loads.stream().map(Load::label).toList());
    var defaults =
        Map.of(
            "mode", "pinned",
            "servers", servers,
            "loads", known,
            "rounds", "3",
            "seconds", "8",
            "warmup", warmup,
            "out", "");
    var flags = Flags.parse(USAGE.formatted(command, servers, known, warmup), defaults, args);
    var comparison = new Comparison(flags, loads);
    Contender.build(comparison.servers);
    if (!comparison.work(Protocol.H2).isEmpty()) {
      Certificate.in(comparison.scratch).make();
    }

    var text = new StringBuilder();
    text.append("\n## bench/").append(command).append(' ').append(String.join(" ", args));
    text.append("\n\n").append(Machine.description()).append('\n');
    for (var mode : modes(flags)) {
      comparison.run(mode, flags.number("rounds"));
      text.append(comparison.tables(mode));
    }
    System.out.print(text);
    if (!flags.text("out").isEmpty()) {
      append(Path.of(flags.text("out")), text.toString());
    }
  }

  private static List<Mode> modes(Flags flags) {
    return flags.text("mode").equals("both")
        ? List.of(Mode.values())
        : flags.choices("mode", List.of(Mode.values()), Mode::label);
  }

  private void run(Mode mode, int rounds) throws IOException {
    try (var log = new LogFile(logBytes(), scratch)) {
      for (int round = 0; round < rounds; round++) {
        var order = new ArrayList<>(servers);
        Collections.rotate(order, -round);
        for (var server : order) {
          for (var protocol : Protocol.values()) {
            run(mode, round, server, protocol, log);
          }
        }
      }
    }
  }

  private List<Load> work(Protocol protocol) {
    return loads.stream().filter(load -> load.protocol() == protocol).toList();
  }

  /** What a server that logs each request writes under all loads of a protocol, at most. */
  private long logBytes() {
    long perSecond =
        Stream.of(Protocol.values())
            .mapToLong(protocol -> work(protocol).stream().mapToLong(Load::logBytesPerSecond).sum())
            .max()
            .orElse(0);
    int lines = servers.stream().mapToInt(Contender::linesPerRequest).max().orElse(1);
    return lines * perSecond * measured.plus(warmup).toSeconds();
  }

  private void run(Mode mode, int round, Contender server, Protocol protocol, LogFile log)
      throws IOException {
    var work = work(protocol);
    if (work.isEmpty() || !server.speaks(protocol)) {
      return;
    }
    log.fill();
    int port = Probe.freePort();
    var command = mode.server(log.into(server.command(protocol, port, scratch)));
    try (var process =
        ServerProcess.start(command, scratch, port, protocol::ask, protocol::isAnswer)) {
      for (var load : work) {
        // Twice, so that connections that end, and come anew, are warm too.
        load.run(mode, port, warmup.dividedBy(2));
        load.run(mode, port, warmup.dividedBy(2));
        var run = new Results.Run(mode, load, server, round, measure(mode, load, process));
        results.add(run);
        progress(run);
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
