package dev.pounce.server.supervise;

import dev.pounce.app.Address;
import dev.pounce.app.Application;
import dev.pounce.observe.EventClock;
import dev.pounce.observe.LifecycleCollector;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.exchange.Observation;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.Reporter;
import dev.pounce.server.http1.Connection;
import dev.pounce.server.http1.ResponseHead;
import dev.pounce.server.http1.Timeouts;
import dev.pounce.server.listen.ListenSocket;
import dev.pounce.server.listen.Readiness;
import dev.pounce.server.listen.Transport;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Owns the listening socket and the workers: accepts connections on a thread of its own, gives each
 * to the worker that has the fewest, and shuts all down in the end.
 *
 * <p>While a shutdown drains, connections are accepted still, and refused with 503 by a worker that
 * stands aside (the porch), so that a client gets an answer and the others can come to their end.
 */
public final class Supervisor {

  private static final Logger LOGGER = System.getLogger("pounce");
  private static final Refusal FULL = Refusal.overLimit("too many connections; try again later");
  private static final Refusal LEAVING = Refusal.draining("the server is shutting down");
  private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);
  private static final Duration DRAIN_STEP = Duration.ofMillis(100);
  private static final Duration CUT_PATIENCE = Duration.ofSeconds(2);
  private static final Duration PORCH_PATIENCE = Duration.ofSeconds(1);

  /** Numbers of connections, whichever server of the process accepts them. */
  private static final AtomicLong NUMBERS = new AtomicLong();

  private final ServerConfig config;
  private final ListenSocket socket;
  private final Life life;
  private final List<Worker> workers = new ArrayList<>();
  private final Worker porch;
  private final Reaper reaper;
  private final Lifeline lifeline;
  private final Readiness readiness;
  private final Thread acceptor;

  /** Held while a connection is given to a worker, so that a drain knows which ones were. */
  private final ReentrantLock admission = new ReentrantLock();

  private volatile boolean draining;
  private volatile boolean forced;

  private Supervisor(
      ServerConfig config,
      Application application,
      Observation observation,
      Lag lag,
      ListenSocket socket,
      Life life,
      Map<String, Object> state)
      throws IOException {
    this.config = config;
    this.socket = socket;
    this.life = life;
    ResponseHead heads = new ResponseHead(config.serverHeader());
    Reporter reporter = reporter(observation.collector(), socket.address());
    for (int id = 1; id <= config.workerCount(); id++) {
      workers.add(
          new Worker(id, List.of(), config, application, state, observation, reporter, heads));
    }
    porch = new Worker(1, workers, config, application, state, observation, reporter, heads);
    List<Worker> all = new ArrayList<>(workers);
    all.add(porch);
    lifeline = new Lifeline(all, lag);
    reaper = new Reaper(all, heads, new Timeouts(config, lifeline::thread));
    readiness = new Readiness();
    acceptor = Thread.ofPlatform().name("pounce-acceptor").unstarted(this::accept);
  }

  /**
   * Binds, starts the application and begins to serve.
   *
   * @throws IOException if that is not possible; the message says why, in one line
   */
  public static Supervisor start(
      ServerConfig config, Application application, Observation observation, Lag lag)
      throws IOException, InterruptedException {
    ListenSocket socket = ListenSocket.open(config);
    boolean started = false;
    try {
      Life life = new Life(application);
      Map<String, Object> state = life.startUp();
      Supervisor supervisor =
          new Supervisor(config, application, observation, lag, socket, life, state);
      supervisor.reaper.start();
      supervisor.lifeline.start();
      supervisor.acceptor.start();
      started = true;
      return supervisor;
    } finally {
      if (!started) {
        socket.close();
      }
    }
  }

  private static @Nullable Reporter reporter(LifecycleCollector collector, Address listening) {
    if (collector == LifecycleCollector.disabled()) {
      return null;
    }
    return new Reporter(collector, new EventClock(), listening);
  }

  /** The TCP port that is listened on, or -1 on a Unix domain socket. */
  public int port() {
    return socket.port();
  }

  /** Where the server can be reached. */
  public URI uri() {
    return socket.uri();
  }

  private void accept() {
    while (true) {
      try {
        Transport transport = socket.accept(readiness);
        if (transport == null) {
          return;
        }
        admit(NUMBERS.incrementAndGet(), transport);
      } catch (IOException e) {
        LOGGER.log(Level.WARNING, "Can't accept connections for the moment: " + e.getMessage());
        LockSupport.parkNanos(ACCEPT_PAUSE.toNanos());
      } catch (RuntimeException | Error e) {
        LOGGER.log(Level.ERROR, "The acceptor goes on after an error", e);
      }
    }
  }

  private void admit(long number, Transport transport) {
    admission.lock();
    try {
      (draining ? porch.take(number, transport, LEAVING) : assign(number, transport)).start();
    } finally {
      admission.unlock();
    }
  }

  private Connection assign(long number, Transport transport) {
    Worker least = workers.getFirst();
    int total = 0;
    for (Worker worker : workers) {
      int open = worker.activeConnections();
      total += open;
      least = open < least.activeConnections() ? worker : least;
    }
    return least.take(number, transport, total < config.maxConnections() ? null : FULL);
  }

  /** Makes a shutdown that is under way cut what has not ended yet. */
  public void force() {
    forced = true;
    life.abandon();
  }

  /**
   * Shuts down: refuses what is new, lets requests under way end, cuts them when their time is up,
   * and ends the application's life span.
   *
   * @param cause the first line of the log about it
   * @return whether nothing had to be cut
   */
  public boolean shutDown(String cause) throws InterruptedException, IOException {
    LOGGER.log(Level.INFO, cause + " — initiating shutdown");
    LOGGER.log(Level.INFO, "Shutting down " + workers.size() + " worker(s)...");
    beginDrain();
    AtomicBoolean clean = new AtomicBoolean(true);
    List<Thread> drains = new ArrayList<>();
    long deadline = System.nanoTime() + config.shutdownTimeout().toNanos();
    for (Worker worker : workers) {
      worker.drain();
    }
    for (Worker worker : workers) {
      drains.add(
          Thread.ofPlatform()
              .name("pounce-drain-" + worker.id())
              .start(() -> {
                if (!drain(worker, deadline)) {
                  clean.set(false);
                }
              }));
    }
    for (Thread drain : drains) {
      drain.join();
    }
    LOGGER.log(Level.INFO, "All workers stopped");
    socket.leave();
    acceptor.join();
    socket.close();
    if (!porch.awaitEmpty(PORCH_PATIENCE.toNanos())) {
      porch.cut();
    }
    boolean shutDown = life.shutDown(config.shutdownTimeout());
    lifeline.stop();
    reaper.stop();
    readiness.close();
    return clean.get() && shutDown;
  }

  /**
   * When it returns, whatever was accepted before is with a worker, and nothing follows it there.
   */
  private void beginDrain() {
    admission.lock();
    try {
      draining = true;
      porch.drainQuietly();
    } finally {
      admission.unlock();
    }
  }

  /** Requests that are on their way when a drain begins get one step's time to arrive. */
  private boolean drain(Worker worker, long deadline) {
    try {
      while (!forced && System.nanoTime() < deadline) {
        if (worker.awaitEmpty(DRAIN_STEP.toNanos())) {
          LOGGER.log(Level.INFO, "Worker " + worker.id() + " stopped");
          worker.drained(0);
          return true;
        }
        worker.endIdle();
      }
      LOGGER.log(
          Level.WARNING,
          "Worker "
              + worker.id()
              + (forced
                  ? " was told to stop at once"
                  : " did not stop within shutdown_timeout (" + seconds() + "s)")
              + " — force terminating");
      int cut = worker.cut();
      LOGGER.log(Level.WARNING, "Worker " + worker.id() + " cut " + cut + " request(s)");
      boolean stopped = worker.awaitEmpty(CUT_PATIENCE.toNanos());
      LOGGER.log(
          stopped ? Level.INFO : Level.WARNING,
          "Worker "
              + worker.id()
              + (stopped ? " stopped" : " left behind handlers that ignore their interrupt"));
      worker.drained(cut);
      return cut == 0;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private String seconds() {
    return String.format(Locale.ROOT, "%.1f", config.shutdownTimeout().toMillis() / 1000.0);
  }
}
