package dev.pounce.bench.load;

import dev.pounce.bench.load.Asked.Fate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Stops and reloads servers under full load, and counts what became of each request. Its exit code
 * is 1 if one was lost that should not have been.
 */
public final class ZeroDrop {
  private static final String USAGE =
      """
      usage: bench/zero-drop [FLAGS]
        --runs all          of nginx,haproxy (two instances behind each, stopped in turn),
                            stop,stop-process (one instance, asked directly),
                            reload,reload-process (SIGHUP, asked directly)
        --rounds 20         how often an instance is stopped and started
        --reloads 100       how often SIGHUP is sent
        --clients 16        connections of the client that retries nothing, and as many of wrk's
        --seed 1            of what the clients ask for\
      """;

  private static final Map<String, String> DEFAULTS =
      Map.of("runs", "all", "rounds", "20", "reloads", "100", "clients", "16", "seed", "1");

  private static final Map<String, String> PROCESSES =
      Map.of("POUNCE_WORKER_MODE", "process", "POUNCE_WORKERS", "2");
  private static final Duration BREATH = Duration.ofMillis(500);

  /** What is measured. */
  private enum Run {
    NGINX("SIGTERM to one of two instances behind nginx"),
    HAPROXY("SIGTERM to one of two instances behind HAProxy"),
    STOP("SIGTERM, asked directly, threads"),
    STOP_PROCESS("SIGTERM, asked directly, 2 processes"),
    RELOAD("SIGHUP, asked directly, threads"),
    RELOAD_PROCESS("SIGHUP, asked directly, 2 processes");

    private final String title;

    Run(String title) {
      this.title = title;
    }

    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final Flags flags;
  private final Path scratch;
  private final Path target;
  private final Table table =
      new Table(
          List.of(
              "run",
              "times",
              "client",
              "sent",
              "200",
              "503",
              "cut, sent after",
              "cut, sent before",
              "lost"));
  private boolean lost;

  private ZeroDrop(Flags flags, Path scratch) throws IOException {
    this.flags = flags;
    this.scratch = scratch;
    this.target = scratch.resolve("Witness.java");
    Files.copy(
        Contender.BENCH.resolve("Witness.java"), target, StandardCopyOption.REPLACE_EXISTING);
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    var flags = Flags.parse(USAGE, DEFAULTS, args);
    var runs =
        flags.text("runs").equals("all")
            ? Arrays.asList(Run.values())
            : flags.choices("runs", List.of(Run.values()), Run::label);
    Shell.need("wrk", "wrk");
    Contender.build(List.of(Contender.POUNCE));
    var bench = new ZeroDrop(flags, Shell.scratch());
    System.out.println(Machine.description());
    System.out.println();
    for (var run : runs) {
      System.err.println("bench: " + run.title);
      bench.measure(run);
    }
    System.out.print(bench.table);
    System.exit(bench.lost ? 1 : 0);
  }

  private void measure(Run run) throws IOException, InterruptedException {
    switch (run) {
      case NGINX -> behind(run, Proxy.NGINX);
      case HAPROXY -> behind(run, Proxy.HAPROXY);
      case STOP -> stop(run, Map.of());
      case STOP_PROCESS -> stop(run, PROCESSES);
      case RELOAD -> reload(run, Map.of());
      case RELOAD_PROCESS -> reload(run, PROCESSES);
    }
  }

  private Instance instance(int port, Map<String, String> settings)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(Contender.pounce(scratch));
    command.addAll(List.of(target.toString(), "--port", Integer.toString(port)));
    var environment = new HashMap<>(settings);
    environment.put("XDG_CACHE_HOME", scratch.resolve("cache").toString());
    return Instance.start(command, environment);
  }

  private Clients clients(int port, Ledger ledger) {
    return Clients.start(flags.number("clients"), port, flags.number("seed"), ledger);
  }

  private void behind(Run run, Proxy proxy) throws IOException, InterruptedException {
    int[] ports = {Probe.freePort(), Probe.freePort()};
    int port = Probe.freePort();
    int rounds = flags.number("rounds");
    var ledger = new Ledger();
    var instances =
        new Instance[] {instance(ports[0], proxy.settings()), instance(ports[1], proxy.settings())};
    Process daemon = proxy.start(port, ports[0], ports[1], scratch);
    var wrk = Wrk.start(flags.number("clients"), port);
    try (var _ = clients(port, ledger)) {
      for (int round = 0; round < rounds; round++) {
        int turn = round % 2;
        Thread.sleep(BREATH.plus(proxy.notice()));
        instances[turn].signal("TERM");
        clean(run, instances[turn]);
        Thread.sleep(BREATH);
        instances[turn] = instance(ports[turn], proxy.settings());
      }
      Thread.sleep(BREATH);
      report(run, rounds, "wrk", wrk.stop());
    }
    report(run, rounds, ledger, ledger.sent() - ledger.answered());
    daemon.destroy();
    daemon.waitFor();
    for (var instance : instances) {
      instance.close();
    }
  }

  private void stop(Run run, Map<String, String> settings)
      throws IOException, InterruptedException {
    int port = Probe.freePort();
    int rounds = flags.number("rounds");
    var ledger = new Ledger();
    var instance = instance(port, settings);
    try (var _ = clients(port, ledger)) {
      for (int round = 0; round < rounds; round++) {
        Thread.sleep(BREATH);
        long begun = System.nanoTime();
        instance.signal("TERM");
        clean(run, instance);
        ledger.add(new Incident.Drain(begun, System.nanoTime()));
        instance = instance(port, settings);
      }
      Thread.sleep(BREATH);
    }
    report(run, rounds, ledger, ledger.unaccounted().size());
    instance.close();
  }

  private void clean(Run run, Instance instance) throws IOException, InterruptedException {
    int code = instance.exitCode();
    instance.close();
    if (code != 0) {
      lost = true;
      System.out.println(run.title + ": exit code " + code + ": " + instance.lines(0));
    }
  }

  private void reload(Run run, Map<String, String> settings)
      throws IOException, InterruptedException {
    int port = Probe.freePort();
    int reloads = flags.number("reloads");
    var ledger = new Ledger();
    try (var instance = instance(port, settings)) {
      var wrk = Wrk.start(flags.number("clients"), port);
      try (var _ = clients(port, ledger)) {
        for (int i = 0; i < reloads; i++) {
          if (!instance.reload()) {
            throw new IOException("a reload failed: " + instance.lines(0));
          }
        }
        report(run, reloads, "wrk", wrk.stop());
      }
    }
    report(run, reloads, ledger, ledger.sent() - ledger.answered());
  }

  private void report(Run run, int times, String client, Wrk.Count count) {
    lost |= !count.isClean();
    if (!count.errors().isEmpty()) {
      System.out.println(run.title + ": wrk: " + count.errors());
    }
    long sent = count.answered() + count.others();
    table.add(
        List.of(
            run.title,
            "" + times,
            client,
            number(sent),
            number(count.answered()),
            number(count.others()),
            "-",
            "-",
            count.isClean() ? "0" : "some"));
  }

  private void report(Run run, int times, Ledger ledger, long missing) {
    lost |= missing > 0;
    var unaccounted = ledger.unaccounted();
    unaccounted.stream().limit(20).forEach(asked -> System.out.println(run.title + ": " + asked));
    long before = unaccounted.stream().filter(asked -> asked.fate() == Fate.CUT).count();
    table.add(
        List.of(
            run.title,
            "" + times,
            "own",
            number(ledger.sent()),
            number(ledger.answered()),
            number(ledger.count(Fate.REFUSED)),
            number(ledger.count(Fate.CUT) - before),
            number(before),
            number(missing)));
  }

  private static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
