package dev.pounce.server.fleet;

import dev.pounce.observe.LifecycleCollector;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.observe.metrics.Ledger;
import dev.pounce.observe.metrics.PrometheusCollector;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.source.Source;
import dev.pounce.server.supervise.Observers;
import dev.pounce.server.supervise.Post;
import dev.pounce.server.supervise.Signals;
import dev.pounce.server.supervise.Supervisor;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One worker of a server, as a process of its own. It does what its supervisor says over their
 * {@link Channel}, not what signals say: those go to a terminal's whole group of processes, and the
 * supervisor hears them, too. When the supervisor is gone, it shuts down in order.
 */
public final class WorkerProcess {

  private static final Logger LOGGER = System.getLogger("pounce");
  private static final Duration PUBLISH_EVERY = Duration.ofSeconds(1);

  /** The supervisor ends what takes too long; this is for when it can't any more. */
  private static final Duration RESERVE = Duration.ofSeconds(10);

  /** What there is to do. */
  private sealed interface Task {
    record Obey(Instruction instruction) implements Task {}

    record Say(Report report) implements Task {}

    record End(String why) implements Task {}
  }

  private final ServerConfig config;
  private final Channel channel;
  private final Ledger ledger;
  private final PrometheusCollector metrics;
  private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
  private volatile @Nullable Supervisor supervisor;

  /** Whether the application is on its way still; it may never arrive. */
  private volatile boolean starting = true;

  private WorkerProcess(ServerConfig config, Channel channel, Ledger ledger) {
    this.config = config;
    this.channel = channel;
    this.ledger = ledger;
    this.metrics = new PrometheusCollector(ledger);
  }

  /**
   * Serves until the supervisor tells it to stop. Takes the listening socket from descriptor 0.
   *
   * @param directory the supervisor's run directory
   * @param number the worker's
   * @param log of requests and messages; stays the caller's
   * @param collectors get the events
   * @return the exit code: 0, or 1 if a request was cut or the worker could not go on
   * @throws IOException if it can't start; the message says why, in one line
   */
  public static int run(
      Path directory,
      int number,
      ServerConfig config,
      Source source,
      LogWriter log,
      LifecycleCollector... collectors)
      throws IOException {
    try (Signals _ = Signals.ignore();
        Ledger ledger = Ledger.join(directory, number);
        Channel channel = Channel.connect(directory)) {
      WorkerProcess process = new WorkerProcess(config, channel, ledger);
      channel.send(String.valueOf(number));
      Thread.ofPlatform().daemon(true).name("pounce-control").start(process::listen);
      try {
        return process.run(number, source, log, collectors);
      } finally {
        process.starting = false;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private void listen() {
    for (String line = channel.read(); line != null; line = channel.read()) {
      Instruction instruction = Instruction.valueOf(line);
      tasks.add(new Task.Obey(instruction));
      if (instruction == Instruction.FINISH) {
        hurry();
      }
    }
    if (starting) {
      Runtime.getRuntime().halt(1); // nobody is served, and nobody would end what hangs
    }
    tasks.add(new Task.End("The supervisor is gone"));
    hurry();
  }

  /** Whoever is leaving meanwhile hears of no task. */
  private void hurry() {
    Supervisor under = supervisor;
    if (under != null) {
      under.hurry();
    }
  }

  private int run(int number, Source source, LogWriter log, LifecycleCollector... collectors)
      throws IOException, InterruptedException {
    List<LifecycleCollector> all = new ArrayList<>(List.of(collectors));
    all.add(metrics);
    int requests = config.maxRequestsPerWorker();
    if (requests > 0) {
      int jitter = ThreadLocalRandom.current().nextInt(config.maxRequestsJitter() + 1);
      all.add(
          new Tally(
              Math.clamp((long) requests + jitter, 1, Integer.MAX_VALUE),
              () -> tasks.add(new Task.Say(Report.SPENT))));
    }
    try (Observers observers = Observers.of(config, log, all)) {
      Supervisor supervisor =
          Supervisor.start(
              config,
              source,
              observers.observation(),
              observers.lag(),
              Post.among(
                  config,
                  number,
                  () -> (int) metrics.connectionsActive(),
                  ledger::fewestConnections),
              why -> tasks.add(new Task.End(why)));
      this.supervisor = supervisor;
      starting = false;
      metrics.publish();
      channel.send(Report.READY.name());
      boolean clean = work(supervisor);
      metrics.publish();
      return clean ? 0 : 1;
    }
  }

  /** Does what comes, until the worker is at its end. */
  private boolean work(Supervisor supervisor) throws IOException, InterruptedException {
    while (true) {
      Task task = tasks.poll(PUBLISH_EVERY.toMillis(), TimeUnit.MILLISECONDS);
      metrics.publish();
      switch (task) {
        case null -> {}
        case Task.Say(Report report) -> channel.send(report.name());
        case Task.End(String why) -> {
          LOGGER.log(Level.ERROR, why);
          supervisor.shutDown("The worker can't go on");
          return false;
        }
        case Task.Obey(Instruction instruction) -> {
          Boolean clean = obey(instruction, supervisor);
          if (clean != null) {
            return clean;
          }
        }
      }
    }
  }

  private @Nullable Boolean obey(Instruction instruction, Supervisor supervisor)
      throws IOException, InterruptedException {
    return switch (instruction) {
      case SERVE -> {
        supervisor.serve();
        ledger.accepting(true);
        yield null;
      }
      case ANNOUNCE_END -> {
        supervisor.announceEnd();
        yield null;
      }
      case FINISH -> {
        ledger.accepting(false);
        yield supervisor.finish(config.shutdownTimeout().plus(RESERVE));
      }
      case LEAVE -> {
        ledger.accepting(false);
        yield supervisor.leave(
            config.reloadTimeout().plus(RESERVE),
            config.reloadTimeout().dividedBy(2),
            () -> channel.send(Report.LEFT.name()));
      }
    };
  }
}
