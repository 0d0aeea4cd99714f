package dev.pounce.bench.load;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;

/**
 * A server under load to which things happen at random: workers die and stall, the application is
 * replaced, also by one that does not compile, the whole server is stopped and started.
 *
 * <p>Every request is in the {@link Ledger}; at the end nothing may be left there that none of what
 * was done explains. What the server has counted is compared with it before each stop, with the
 * clients pausing.
 */
final class Turmoil {
  private static final String BROKEN = "this does not compile";
  private static final Duration WINDOW = Duration.ofSeconds(60);

  /** One less than what the server allows in the window before it gives up. */
  private static final int KILLS = 3;

  private static final Duration COUNTING = Duration.ofSeconds(10);
  private static final Pattern COUNTED =
      Pattern.compile("(?m)^http_requests_total\\{[^}]*status=\"200\"[^}]*} (\\d+)");

  /**
   * How it is to be.
   *
   * @param pounce the {@code pounce} command
   * @param application its source, whose answers tell the process
   * @param processes whether its workers are processes
   * @param clients how many are at work
   * @param requests how many a worker process serves, more or less, until it is replaced
   */
  record Plan(
      List<String> pounce,
      Path application,
      boolean processes,
      int clients,
      int requests,
      long seed,
      Duration time) {}

  /** What can happen, and how often in a hundred times. */
  private enum Happening {
    KILL(20),
    KILL_IN_RELOAD(10),
    STALL(25),
    RELOAD(20),
    BROKEN_RELOAD(10),
    RESTART(15);

    private final int share;

    Happening(int share) {
      this.share = share;
    }

    static Happening next(Random random) {
      int left = random.nextInt(100);
      for (var happening : values()) {
        left -= happening.share;
        if (left < 0) {
          return happening;
        }
      }
      throw new IllegalStateException("the shares are less than a hundred");
    }
  }

  private final Plan plan;
  private final Path target;
  private final String source;
  private final PrintStream out;
  private final Random random;
  private final int port;
  private final Ledger ledger = new Ledger();
  private final Deque<Long> kills = new ArrayDeque<>();
  private final Map<String, Integer> happened = new TreeMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final LongAdder burned = new LongAdder();
  private Instance instance;

  /** Answers by the servers before this one. */
  private long earlier;

  private int killed;
  private int compared;

  private Turmoil(Plan plan, Path scratch, PrintStream out)
      throws IOException, InterruptedException {
    this.plan = plan;
    this.out = out;
    random = new Random(plan.seed());
    port = Probe.freePort();
    source = Files.readString(plan.application());
    target = Files.writeString(scratch.resolve("Witness.java"), source);
    instance = start();
  }

  /**
   * Has it happen.
   *
   * @param scratch for the application and its cache
   * @param out told what is done
   * @return what was unaccounted for, or did not add up; empty if all is well
   */
  static List<String> run(Plan plan, Path scratch, PrintStream out)
      throws IOException, InterruptedException {
    var turmoil = new Turmoil(plan, scratch, out);
    try {
      turmoil.run();
    } finally {
      turmoil.instance.close();
    }
    turmoil.report();
    return turmoil.complaints;
  }

  private Instance start() throws IOException, InterruptedException {
    var command = new ArrayList<>(plan.pounce());
    command.addAll(List.of(target.toString(), "--port", "" + port, "--metrics-path", "/metrics"));
    command.addAll(List.of("--workers", "3"));
    if (plan.processes()) {
      command.addAll(List.of("--worker-mode", "process"));
      command.addAll(List.of("--max-requests-per-worker", "" + plan.requests()));
      command.addAll(List.of("--max-requests-jitter", "" + plan.requests() / 2));
    }
    return Instance.start(
        command, Map.of("XDG_CACHE_HOME", target.resolveSibling("cache").toString()));
  }

  private void run() throws IOException, InterruptedException {
    long end = System.nanoTime() + plan.time().toNanos();
    try (var clients = Clients.start(plan.clients(), port, plan.seed(), ledger)) {
      while (System.nanoTime() < end && complaints.isEmpty()) {
        Thread.sleep(random.nextInt(100, 1_000));
        long begun = System.nanoTime();
        String what = happen(Happening.next(random), clients);
        happened.merge(what.replaceAll(" ?\\d+", ""), 1, Integer::sum);
        out.printf(
            Locale.ROOT,
            "%s: over after %d ms%n",
            what,
            Duration.ofNanos(System.nanoTime() - begun).toMillis());
      }
      clients.pause(this::compare);
      stop();
    }
  }

  private String happen(Happening happening, Clients clients)
      throws IOException, InterruptedException {
    return switch (happening) {
      case KILL -> plan.processes() ? kill(false) : burn();
      case KILL_IN_RELOAD -> plan.processes() ? kill(true) : burn();
      case STALL -> plan.processes() ? stall() : burn();
      case RELOAD -> reload();
      case BROKEN_RELOAD -> reloadBroken();
      case RESTART -> restart(clients);
    };
  }

  private String kill(boolean reloading) throws IOException, InterruptedException {
    kills.removeIf(kill -> System.nanoTime() - kill > WINDOW.toNanos());
    if (kills.size() == KILLS) {
      return reload();
    }
    int from = instance.said();
    if (reloading) {
      instance.signal("HUP");
      Thread.sleep(random.nextInt(1_500));
    }
    var worker = anyWorker();
    long begun = System.nanoTime();
    worker.destroyForcibly();
    worker.onExit().join();
    ledger.add(new Incident.Kill(worker.pid(), begun, System.nanoTime()));
    kills.add(begun);
    killed++;
    if (reloading) {
      instance.awaitReload(from);
    }
    return "killed process " + worker.pid() + (reloading ? " during a reload" : "");
  }

  private ProcessHandle anyWorker() {
    var workers = instance.workers();
    return workers.get(random.nextInt(workers.size()));
  }

  private String stall() throws IOException, InterruptedException {
    var worker = anyWorker();
    int millis = random.nextInt(100, 3_000);
    stall(worker, millis);
    return "stalled process " + worker.pid() + " for " + millis + " ms";
  }

  private static void stall(ProcessHandle worker, int millis)
      throws IOException, InterruptedException {
    try {
      Instance.signal("STOP", worker.pid());
      Thread.sleep(millis);
      Instance.signal("CONT", worker.pid());
    } catch (IOException gone) {
      if (worker.isAlive()) {
        throw gone;
      }
    }
  }

  /** Handlers take every core. */
  private String burn() throws InterruptedException {
    int millis = random.nextInt(100, 2_000);
    var burners = new ArrayList<Thread>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      burners.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  Probe.get(port, "/burn?ms=" + millis);
                  burned.increment();
                } catch (IOException e) {
                  complaints.add("a request that burned was not answered: " + e);
                }
              }));
    }
    for (var burner : burners) {
      burner.join();
    }
    return "burned on every core for " + millis + " ms";
  }

  private String reload() throws IOException, InterruptedException {
    Files.writeString(target, source + "// " + random.nextInt() + "\n");
    if (!instance.reload()) {
      complaints.add("a reload failed: " + instance.lines(0));
    }
    return "reloaded";
  }

  private String reloadBroken() throws IOException, InterruptedException {
    Files.writeString(target, BROKEN);
    if (instance.reload()) {
      complaints.add("what does not compile was loaded: " + instance.lines(0));
    }
    Files.writeString(target, source);
    return "reloaded what does not compile";
  }

  /** A worker may stall while its server drains. */
  private String restart(Clients clients) throws IOException, InterruptedException {
    clients.pause(this::compare);
    boolean stalling = plan.processes() && random.nextBoolean();
    if (stalling) {
      var worker = anyWorker();
      int millis = random.nextInt(100, 1_500);
      var stall =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  stall(worker, millis);
                } catch (IOException | InterruptedException e) {
                  complaints.add("could not stall: " + e);
                }
              });
      stop();
      stall.join();
    } else {
      stop();
    }
    clients.pause(this::begin);
    instance = start();
    return stalling ? "drained, a worker stalling meanwhile, and started" : "drained and started";
  }

  private void stop() throws IOException, InterruptedException {
    long begun = System.nanoTime();
    instance.signal("TERM");
    int code = instance.exitCode();
    ledger.add(new Incident.Drain(begun, System.nanoTime()));
    if (code != 0) {
      complaints.add("exit code " + code + ": " + instance.lines(0));
    }
    instance.close();
    long spent =
        instance.lines(0).stream().filter(line -> line.contains("has served its requests")).count();
    happened.merge("replaced a process that had served its requests", (int) spent, Integer::sum);
  }

  /** Between two servers. */
  private void begin() {
    earlier = answered();
    killed = 0;
  }

  private long answered() {
    return ledger.answered() + burned.sum();
  }

  /**
   * With no request under way: what the server has counted, against what was answered. A worker
   * that is killed may have answered without having counted, or the other way round.
   */
  private void compare() throws IOException, InterruptedException {
    long answered = answered() - earlier;
    long slack = (long) killed * plan.clients();
    long deadline = System.nanoTime() + COUNTING.toNanos();
    long counted = counted();
    while (Math.abs(counted - answered) > slack && System.nanoTime() < deadline) {
      Thread.sleep(50);
      counted = counted();
    }
    if (Math.abs(counted - answered) > slack) {
      complaints.add(
          "the metrics count %d, the clients %d, and %d killed workers explain %d at most"
              .formatted(counted, answered, killed, slack));
    }
    compared++;
  }

  private long counted() throws IOException {
    return COUNTED
        .matcher(Probe.get(port, "/metrics"))
        .results()
        .mapToLong(sample -> Long.parseLong(sample.group(1)))
        .sum();
  }

  private void report() {
    out.println();
    out.println("seed " + plan.seed() + (plan.processes() ? ", processes" : ", threads"));
    happened.forEach((what, times) -> out.println(times + " times: " + what));
    var unaccounted = ledger.unaccounted();
    unaccounted.forEach(asked -> complaints.add("unaccounted for: " + asked));
    out.println();
    var table = new Table(List.of("requests", "number"));
    table.add(List.of("sent", number(ledger.sent())));
    table.add(List.of("answered", number(ledger.answered())));
    ledger
        .accounted()
        .forEach((cause, times) -> table.add(List.of(cause.toString(), number(times))));
    table.add(List.of("unaccounted for", number(unaccounted.size())));
    out.print(table);
    out.println();
    out.println("The metrics were compared " + compared + " times.");
    complaints.forEach(out::println);
  }

  private static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
