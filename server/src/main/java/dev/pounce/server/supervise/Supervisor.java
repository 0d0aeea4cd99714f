package dev.pounce.server.supervise;

import dev.pounce.app.Address;
import dev.pounce.observe.EventClock;
import dev.pounce.observe.LifecycleCollector;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.exchange.Codings;
import dev.pounce.server.exchange.Observation;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.Reporter;
import dev.pounce.server.http1.Connection;
import dev.pounce.server.http1.ResponseHead;
import dev.pounce.server.http1.Timeouts;
import dev.pounce.server.listen.ListenSocket;
import dev.pounce.server.listen.PlainTransport;
import dev.pounce.server.listen.Readiness;
import dev.pounce.server.listen.TlsTransport;
import dev.pounce.server.listen.Transport;
import dev.pounce.server.source.Source;
import dev.pounce.server.tls.Keychain;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Owns the listening socket, the workers and the generations of the application: gives each
 * connection to the worker that has the fewest, and shuts all down in the end.
 *
 * <p>While a shutdown drains, connections are accepted still, and refused with 503 by a worker that
 * stands aside (the porch), so that a client gets an answer and the others can come to their end.
 */
public final class Supervisor {

  private static final Logger LOGGER = System.getLogger("pounce");
  private static final Refusal FULL = Refusal.overLimit("too many connections; try again later");
  private static final Refusal LEAVING = Refusal.draining("the server is shutting down");
  private static final Duration PORCH_PATIENCE = Duration.ofSeconds(1);

  /** Numbers of connections, whichever server of the process accepts them. */
  private static final AtomicLong NUMBERS = new AtomicLong();

  private final ServerConfig config;
  private final Post post;
  private final ListenSocket socket;
  private final @Nullable Keychain keychain;
  private final Succession succession;
  private final @Nullable Reporter reporter;
  private final @Nullable Codings codings;
  private final List<Worker> workers = new ArrayList<>();
  private final Worker porch;
  private final List<Worker> all;
  private final Reaper reaper;
  private final Lifeline lifeline;
  private final Readiness readiness;
  private final Acceptor acceptor;
  private final CountDownLatch forced = new CountDownLatch(1);

  /** Held while a connection is given to a worker, so that a drain knows which ones were. */
  private final ReentrantLock admission = new ReentrantLock();

  private volatile boolean draining;
  private volatile boolean hurried;
  private volatile @Nullable Drain drain;

  private Supervisor(
      ServerConfig config,
      Succession succession,
      Observation observation,
      Lag lag,
      Post post,
      ListenSocket socket,
      @Nullable Keychain keychain,
      Consumer<String> failed)
      throws IOException {
    this.config = config;
    this.post = post;
    this.socket = socket;
    this.keychain = keychain;
    this.succession = succession;
    ResponseHead heads = new ResponseHead(config.serverHeader());
    reporter = reporter(observation.collector(), socket.address());
    codings = codings(config, post);
    for (int i = 0; i < post.workers(); i++) {
      workers.add(worker(post.first() + i, observation, heads));
    }
    porch = worker(post.first(), observation, heads);
    all = new ArrayList<>(workers);
    all.add(porch);
    lifeline = new Lifeline(all, lag, config.stallThreshold());
    reaper = new Reaper(all, heads, new Timeouts(config, lifeline::thread));
    readiness = new Readiness();
    acceptor =
        new Acceptor(
            () -> secured(socket.accept(readiness, this::isAhead), keychain),
            this::admit,
            failed,
            new Restarts());
  }

  private static @Nullable Transport secured(
      @Nullable PlainTransport accepted, @Nullable Keychain keychain) {
    return accepted == null || keychain == null ? accepted : new TlsTransport(accepted, keychain);
  }

  private Worker worker(int id, Observation observation, ResponseHead heads) {
    return new Worker(
        id, this::open, config, succession.serving(), observation, reporter, codings, heads);
  }

  /** The codings of responses; of several processes the first tells of them. */
  private static @Nullable Codings codings(ServerConfig config, Post post) {
    Codings codings = Codings.of(config);
    if (codings != null && post.first() == 1) {
      LOGGER.log(Level.INFO, codings.summary());
    }
    return codings;
  }

  private static @Nullable Reporter reporter(LifecycleCollector collector, Address listening) {
    if (collector == LifecycleCollector.disabled()) {
      return null;
    }
    return new Reporter(collector, new EventClock(), listening);
  }

  /**
   * Binds and starts the application. {@link #serve} is what follows.
   *
   * @param failed told, once and from any thread, why the server can't go on
   * @throws IOException if that is not possible; the message says why, in one line
   */
  public static Supervisor start(
      ServerConfig config,
      Source source,
      Observation observation,
      Lag lag,
      Post post,
      Consumer<String> failed)
      throws IOException, InterruptedException {
    Keychain keychain = Keychain.of(config);
    ListenSocket socket = post.listen(config);
    boolean started = false;
    try {
      Succession succession = Succession.begin(config, source, keychain);
      Supervisor supervisor =
          new Supervisor(config, succession, observation, lag, post, socket, keychain, failed);
      supervisor.reaper.start();
      supervisor.lifeline.start();
      started = true;
      return supervisor;
    } finally {
      if (!started) {
        socket.close();
      }
    }
  }

  /** Begins to accept connections. */
  public void serve() {
    acceptor.start();
    if (keychain != null) {
      keychain.warm();
    }
  }

  /** Whether virtual threads run, so that requests are served. */
  public boolean isAlive() {
    return !lifeline.isStarved();
  }

  /** The TCP port that is listened on, or -1 on a Unix domain socket. */
  public int port() {
    return socket.port();
  }

  /** Where the server can be reached. */
  public URI uri() {
    return socket.uri(config.scheme());
  }

  private void admit(Transport transport) {
    long number = NUMBERS.incrementAndGet();
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
      int open = worker.open();
      total += open;
      least = open < least.open() ? worker : least;
    }
    return least.take(number, transport, total < post.maxConnections() ? null : FULL);
  }

  /** Whether another process has fewer connections, and should have the next. */
  private boolean isAhead() {
    return own() > post.fewest().getAsLong();
  }

  private int open() {
    if (post.connections() != null) {
      return post.connections().getAsInt();
    }
    return own();
  }

  private int own() {
    int open = 0;
    for (Worker worker : all) {
      open += worker.open();
    }
    return open;
  }

  private Iterable<Connection> connections() {
    List<Connection> connections = new ArrayList<>();
    for (Worker worker : all) {
      worker.connections().forEach(connections::add);
    }
    return connections;
  }

  /**
   * Loads the application anew and has it serve, in place of the version before, whose requests end
   * in the background. Returns when that serves which will. Any thread.
   *
   * @param cause how the first line of the log about it begins
   * @return whether a new version serves
   */
  public boolean reload(String cause) {
    return succession.reload(cause, this::connections, this::reloaded);
  }

  private void reloaded(int generation, @Nullable String failure, Duration duration) {
    if (reporter != null) {
      reporter.reloaded(generation, failure, duration);
    }
  }

  /** Makes a shutdown that is under way cut what has not ended yet. */
  public void force() {
    forced.countDown();
    Drain under = drain;
    if (under != null) {
      under.force();
    }
    succession.force();
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
    announceEnd();
    if (config.lameDuck().isPositive()) {
      LOGGER.log(
          Level.INFO,
          "Serving for " + Drain.seconds(config.lameDuck()) + "s more, health check at 503");
      forced.await(config.lameDuck().toMillis(), TimeUnit.MILLISECONDS);
    }
    LOGGER.log(Level.INFO, "Shutting down " + workers.size() + " worker(s)...");
    refuse();
    boolean clean = drain(config.shutdownTimeout(), Duration.ZERO).end();
    LOGGER.log(Level.INFO, "All workers stopped");
    socket.leave();
    return end() && clean;
  }

  /** From now on the health check says that the server is on its way out; it serves as before. */
  public void announceEnd() {
    succession.halt();
    all.forEach(Worker::announceEnd);
  }

  /**
   * Shuts down as one of several processes, when the server is: refuses what is new, and ends when
   * the last request has. Whoever has started the process cuts what takes too long.
   *
   * @param patience after which it is cut all the same
   * @return whether nothing had to be cut
   */
  public boolean finish(Duration patience) throws InterruptedException, IOException {
    refuse();
    boolean clean = drain(patience, Duration.ZERO).end();
    socket.finish();
    return end() && clean;
  }

  /**
   * Shuts down as one of several processes that goes before the others: accepts nothing more, and
   * lets connections be until they have had one more answer, or were idle for too long.
   *
   * @param patience as for {@link #finish}
   * @param idlePatience how long idle connections are kept
   * @param left told when it accepts nothing more
   * @return whether nothing had to be cut
   */
  public boolean leave(Duration patience, Duration idlePatience, Runnable left)
      throws InterruptedException, IOException {
    succession.halt();
    socket.leave();
    acceptor.join();
    Drain begun = drain(patience, idlePatience);
    left.run();
    boolean clean = begun.end();
    return end() && clean;
  }

  /** Has {@link #leave} keep idle connections no longer. Any thread, before it or meanwhile. */
  public void hurry() {
    hurried = true;
    Drain under = drain;
    if (under != null) {
      under.hurry();
    }
  }

  private Drain drain(Duration patience, Duration idlePatience) {
    Drain begun = new Drain(workers, patience, idlePatience, "shutdown_timeout");
    drain = begun;
    if (hurried) {
      begun.hurry();
    }
    if (forced.getCount() == 0) {
      begun.force();
    }
    begun.begin();
    return begun;
  }

  private boolean end() throws InterruptedException, IOException {
    acceptor.join();
    socket.close();
    if (!porch.awaitEmpty(PORCH_PATIENCE.toNanos())) {
      porch.cut();
    }
    boolean ended = succession.end();
    lifeline.stop();
    reaper.stop();
    readiness.close();
    return ended;
  }

  /**
   * When it returns, whatever was accepted before is with a worker, and nothing follows it there.
   */
  private void refuse() {
    admission.lock();
    try {
      draining = true;
      porch.drainQuietly();
    } finally {
      admission.unlock();
    }
  }
}
