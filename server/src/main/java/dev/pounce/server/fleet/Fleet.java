package dev.pounce.server.fleet;

import dev.pounce.observe.EventClock;
import dev.pounce.observe.LifecycleCollector;
import dev.pounce.observe.ReloadCompleted;
import dev.pounce.observe.WorkerReplaced;
import dev.pounce.observe.log.LifecycleLog;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.observe.metrics.Ledger;
import dev.pounce.observe.metrics.PrometheusCollector;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.fleet.Child.Stage;
import dev.pounce.server.listen.ListenSocket;
import dev.pounce.server.supervise.Order;
import dev.pounce.server.supervise.Restarts;
import dev.pounce.server.supervise.Signals;
import dev.pounce.server.systemd.Notification;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The supervisor of worker processes. It owns the listening socket, which every process inherits
 * and accepts from, and serves nothing itself: so a process that dies takes its own connections
 * with it and nothing else, and those that nobody has accepted yet wait for the others or for the
 * next.
 *
 * <p>One thread does all of it: it waits for {@link News} and acts on each. A process is started,
 * reports that its application is ready, is told to serve, and in the end told to end; whoever does
 * not end in time is killed.
 *
 * <p>No process takes the number of one that is still there. A process that died is replaced under
 * its own number; one that is recycled or reloaded under a free one, while it serves: first the new
 * one serves, then the old one leaves. Of a new generation one process is started first, and the
 * others when that is ready: what is broken is said once, and sources are compiled once. It serves,
 * as far as anybody is told, when no process of the former one accepts connections any more.
 */
public final class Fleet {

  private static final Logger LOGGER = System.getLogger("pounce");
  private static final Duration FOREVER = Duration.ofHours(1);
  private static final int WRONG_USAGE = 2;
  private static final int SIGNALS = 128;

  private final ServerConfig config;
  private final Children children;
  private final LifecycleCollector collector;
  private final Runnable started;
  private final Notification systemd;
  private final EventClock clock = new EventClock();
  private final Restarts restarts = new Restarts();
  private final Farewell farewell;

  /** The generation that serves; 0 until the first one does. */
  private int generation;

  /** The generation that is being started, or else the one that serves. */
  private int coming = 1;

  private long comingSince = System.nanoTime();

  /** Whether the generation has been told to serve, and the former one to leave. */
  private boolean switching;

  private boolean reloadAgain;
  private int exitCode;

  private Fleet(
      ServerConfig config,
      Children children,
      LifecycleCollector collector,
      Notification systemd,
      Runnable started) {
    this.config = config;
    this.children = children;
    this.collector = LifecycleCollector.guarded(collector);
    this.systemd = systemd;
    this.started = started;
    this.farewell = new Farewell(config, children);
  }

  /**
   * Listens, starts the worker processes, and watches over them until the process gets SIGTERM or
   * SIGINT. SIGHUP reloads.
   *
   * @param out where the worker processes' output goes; takes each write as a whole
   * @param log gets what is to be said of them; stays the caller's
   * @param started told where the server can be reached, once it can be
   * @param collectors get the events of the fleet itself, not those of connections
   * @return the exit code: 0; 1 if a request had to be cut or the server could not go on; 2 if the
   *     worker processes said that they can't serve what they were given
   * @throws IOException if it can't listen; the message says why, in one line
   */
  public static int run(
      ServerConfig config,
      Invocation invocation,
      OutputStream out,
      LogWriter log,
      Consumer<URI> started,
      LifecycleCollector... collectors)
      throws IOException {
    try (ListenSocket socket = ListenSocket.shared(config);
        Ledger ledger = Ledger.create();
        Children children = new Children(ledger, invocation, out, log);
        Signals _ =
            Signals.handle(
                order -> children.add(new News.Told(order)),
                () -> children.add(new News.Forced()))) {
      List<LifecycleCollector> all = new ArrayList<>(List.of(collectors));
      all.add(new PrometheusCollector(ledger));
      if (config.lifecycleLogging()) {
        all.add(
            new LifecycleLog(
                log, config.logFormat(), config.logLevel(), config.logSlowRequestsThreshold()));
      }
      Fleet fleet =
          new Fleet(
              config,
              children,
              LifecycleCollector.all(all.toArray(LifecycleCollector[]::new)),
              Notification.of(System.getenv()),
              () -> started.accept(socket.uri(config.scheme())));
      return fleet.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private int run() throws InterruptedException {
    start(1, coming, null);
    Duration beat = systemd.watchdogInterval().orElse(FOREVER);
    while (!farewell.isDraining() || !children.isEmpty()) {
      News news = children.next(farewell.patience(beat));
      if (systemd.watchdogInterval().isPresent()) {
        systemd.watchdog();
      }
      switch (news) {
        case null -> {}
        case News.Reported(Child child, Report report) -> {
          switch (report) {
            case READY -> ready(child);
            case SPENT -> spent(child);
            case LEFT -> {
              child.markLeft();
              switched();
            }
          }
        }
        case News.Ended(Child child, int code) -> ended(child, code);
        case News.Told(Order order) -> {
          switch (order) {
            case Order.Reload(String cause) -> reload(cause);
            case Order.Stop(String cause) -> stop(cause);
            case Order.Fail(String why) -> fail(why);
          }
        }
        case News.Forced _ -> farewell.force();
      }
      farewell.tick();
    }
    if (generation > 0) {
      LOGGER.log(Level.INFO, "All workers stopped");
    }
    return exitCode;
  }

  private void start(int number, int generation, @Nullable Child replaced) {
    try {
      children.start(number, generation, replaced);
    } catch (IOException e) {
      fail("Worker " + number + " can't be started: " + e.getMessage());
    }
  }

  private boolean isComing(Child child) {
    return coming != generation && child.generation() == coming && child.stage() != Stage.ABANDONED;
  }

  private void ready(Child child) {
    if (child.stage() != Stage.STARTING) {
      return;
    }
    child.ready();
    if (!isComing(child)) {
      child.serve();
      Child old = child.replaced();
      if (old != null && old.stage() == Stage.SERVING) {
        farewell.leave(old);
      }
      return;
    }
    List<Child> next = children.all(this::isComing);
    for (int missing = config.workerCount() - next.size(); missing > 0; missing--) {
      start(children.freeNumber(), coming, null);
    }
    if (next.size() == config.workerCount()
        && next.stream().allMatch(one -> one.stage() == Stage.READY)) {
      switchTo(next);
    }
  }

  private void switchTo(List<Child> next) {
    List<Child> former = children.all(child -> child.stage() == Stage.SERVING);
    // those of the former generation that were to take the place of one that died, or was recycled
    children.all(child -> child.stage() == Stage.STARTING).forEach(Child::abandon);
    next.forEach(Child::serve);
    int before = generation;
    generation = coming;
    if (before == 0) {
      started.run();
      systemd.ready();
      reloadIfAsked();
    } else {
      switching = true;
      former.forEach(farewell::leave);
      switched();
    }
  }

  /** Says that the generation serves, once nobody of a former one accepts connections. */
  private void switched() {
    if (!switching
        || farewell.isBegun()
        || children.has(one -> one.generation() != generation && one.mayAccept())) {
      return;
    }
    switching = false;
    long millis = Duration.ofNanos(System.nanoTime() - comingSince).toMillis();
    LOGGER.log(Level.INFO, "Generation " + generation + " serves (" + millis + " ms)");
    reloaded(null);
    systemd.ready();
    reloadIfAsked();
  }

  private void spent(Child child) {
    child.markSpent();
    recycle();
  }

  /** Starts a successor for each process that has served as many requests as it may. */
  private void recycle() {
    if (farewell.isBegun() || coming != generation) {
      return;
    }
    for (Child child : children.all(one -> one.isSpent() && one.stage() == Stage.SERVING)) {
      if (!children.has(one -> one.replaced() == child)) {
        LOGGER.log(Level.INFO, child + " has served its requests — replacing it");
        start(children.freeNumber(), generation, child);
      }
    }
  }

  private void reload(String cause) {
    if (farewell.isBegun()) {
      return;
    }
    if (coming != generation || switching) {
      reloadAgain = true;
      return;
    }
    LOGGER.log(Level.INFO, cause + " — reloading, generation " + generation + " serves meanwhile");
    systemd.reloading();
    coming = generation + 1;
    comingSince = System.nanoTime();
    start(children.freeNumber(), coming, null);
  }

  private void reloadIfAsked() {
    if (reloadAgain) {
      reloadAgain = false;
      reload("Asked for again");
    }
    recycle();
  }

  private void reloaded(@Nullable String failure) {
    long now = System.nanoTime();
    collector.record(
        new ReloadCompleted(
            generation, failure, Duration.ofNanos(now - comingSince), clock.at(now)));
  }

  private void ended(Child child, int code) {
    long cut = children.bury(child);
    switched();
    switch (child.stage()) {
      case ABANDONED -> {}
      case KILLED -> {
        LOGGER.log(Level.WARNING, child + " cut " + cut + " request(s)");
        LOGGER.log(Level.INFO, child + " stopped");
        cut(true); // its application was cut off, if nothing else
      }
      case ENDING -> {
        if (code != 0) {
          LOGGER.log(Level.WARNING, child + " ended: " + cause(code));
        }
        cut(code != 0);
      }
      case STARTING, READY -> {
        if (isComing(child)) {
          giveUp(child, code);
        } else {
          died(child, code, cut);
        }
      }
      case SERVING -> died(child, code, cut);
    }
  }

  private void cut(boolean something) {
    if (something && farewell.isDraining()) {
      exitCode = 1;
    }
  }

  /** The new generation can't serve. */
  private void giveUp(Child child, int code) {
    children.all(this::isComing).forEach(Child::abandon);
    String failure = "worker " + child.number() + " did not start (" + cause(code) + ")";
    if (generation == 0) {
      LOGGER.log(Level.ERROR, "Not started: " + failure);
      exitCode = code == WRONG_USAGE ? WRONG_USAGE : 1;
      farewell.skip();
      return;
    }
    coming = generation;
    LOGGER.log(Level.ERROR, "Reload failed, generation " + generation + " serves on: " + failure);
    reloaded(failure);
    systemd.ready();
    reloadIfAsked();
  }

  private void died(Child child, int code, long cut) {
    String cause = cause(code);
    LOGGER.log(
        Level.WARNING,
        child
            + " (PID "
            + child.process().pid()
            + ") died: "
            + cause
            + ", "
            + cut
            + " request(s) cut");
    Child old = child.replaced();
    if (farewell.isBegun()) {
      cut(cut > 0);
    } else if (old != null && old.stage() == Stage.SERVING) {
      LOGGER.log(Level.WARNING, old + " serves on until the next reload");
    } else if (children.has(one -> one.replaced() == child)) {
      LOGGER.log(Level.DEBUG, child + " has a successor already");
    } else if (restarts.grant()) {
      collector.record(new WorkerReplaced(child.number(), cause, clock.at(System.nanoTime())));
      start(child.number(), generation, child.replaced());
    } else {
      fail(child + " can't be kept running: " + Restarts.limit());
    }
  }

  /** How a process has ended, as a shell has it: beyond 128 are signals. */
  private static String cause(int exitCode) {
    return exitCode > SIGNALS
        ? "killed by signal " + (exitCode - SIGNALS)
        : "exit code " + exitCode;
  }

  private void fail(String why) {
    LOGGER.log(Level.ERROR, why);
    stop("The server can't go on");
    exitCode = 1;
  }

  private void stop(String cause) {
    if (!farewell.isBegun()) {
      systemd.stopping();
      farewell.begin(cause);
    }
  }
}
