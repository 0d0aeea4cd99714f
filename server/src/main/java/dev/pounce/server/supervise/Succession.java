package dev.pounce.server.supervise;

import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.exchange.Generation;
import dev.pounce.server.http1.Connection;
import dev.pounce.server.source.Source;
import dev.pounce.server.source.Version;
import dev.pounce.server.tls.Keychain;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The generations of an application: one serves, those before it drain.
 *
 * <p>Connections and workers outlive generations. A reload starts the next one beside that which
 * serves and then sets {@code serving}, which every request reads when it has come; requests under
 * way end where they began. So no connection is closed, and no request meets a moment in which
 * nobody serves. A generation that nobody is served by any more is shut down and let go of, in a
 * thread of its own, so that the next reload need not wait for it.
 *
 * <p>Reloads come one at a time, under {@code turn}. What a reload and a stop both change is under
 * {@code change}: when stopping has begun, no generation follows.
 */
final class Succession {

  private static final Logger LOGGER = System.getLogger("pounce");
  private static final Duration STEP = Duration.ofMillis(20);
  private static final Duration CUT_PATIENCE = Duration.ofSeconds(2);

  /** What a reload came to. */
  interface Listener {

    /**
     * A reload has ended.
     *
     * @param generation the one that serves now
     * @param failure why it is the same as before, or null if it is a new one
     */
    void reloaded(int generation, @Nullable String failure, Duration duration);
  }

  private final ServerConfig config;
  private final Source source;
  private final @Nullable Keychain keychain;
  private final AtomicReference<Generation> serving;
  private final ReentrantLock turn = new ReentrantLock();
  private final ReentrantLock change = new ReentrantLock();
  private final Set<Thread> drains = ConcurrentHashMap.newKeySet();
  private final CountDownLatch forced = new CountDownLatch(1);
  private volatile Life life;
  private volatile @Nullable Thread reloading;
  private boolean stopping;

  private Succession(
      ServerConfig config,
      Source source,
      @Nullable Keychain keychain,
      Life life,
      Generation first) {
    this.config = config;
    this.source = source;
    this.keychain = keychain;
    this.life = life;
    this.serving = new AtomicReference<>(first);
  }

  /**
   * Loads and starts the first generation.
   *
   * @param keychain is read anew by each reload, before the application; null without TLS
   * @throws IOException if it can't be loaded, or says that it can't start
   */
  static Succession begin(ServerConfig config, Source source, @Nullable Keychain keychain)
      throws IOException, InterruptedException {
    Version version = load(source);
    Life life = new Life(1, version);
    return new Succession(config, source, keychain, life, start(life, version));
  }

  private static Version load(Source source) throws IOException, InterruptedException {
    try {
      return source.load();
    } catch (IOException | InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Generation start(Life life, Version version)
      throws IOException, InterruptedException {
    boolean started = false;
    try {
      Generation generation = life.startUp();
      started = true;
      return generation;
    } finally {
      if (!started) {
        version.close();
      }
    }
  }

  /** The generation that new requests go to. */
  AtomicReference<Generation> serving() {
    return serving;
  }

  /**
   * Puts a new generation in the place of that which serves, which then drains. Waits for a reload
   * that is under way.
   *
   * @param cause how the first line of the log about it begins
   * @param connections all that are open, each time it is asked
   * @return whether a new generation serves
   */
  boolean reload(String cause, Supplier<Iterable<Connection>> connections, Listener listener) {
    turn.lock();
    long begun = System.nanoTime();
    int number = serving.get().number();
    String failure = null;
    try {
      reloading = Thread.currentThread();
      LOGGER.log(Level.INFO, cause + " — reloading, generation " + number + " serves meanwhile");
      if (keychain != null) {
        keychain.read();
      }
      Version version = load(source);
      Life next = new Life(number + 1, version);
      Generation generation = start(next, version);
      if (!replace(generation, next, version, connections, begun)) {
        failure = "the server stops";
      }
    } catch (InterruptedException e) {
      failure = "the server stops";
    } catch (IOException | RuntimeException | LinkageError e) {
      failure = e.getMessage() == null ? e.toString() : e.getMessage();
      LOGGER.log(
          Level.ERROR, "Reload failed, generation " + number + " serves on:" + shown(failure));
    } finally {
      reloading = null;
      turn.unlock();
    }
    Duration duration = Duration.ofNanos(System.nanoTime() - begun);
    listener.reloaded(serving.get().number(), failure, duration);
    return failure == null;
  }

  /** What a compiler has to say stands in lines of its own. */
  private static String shown(String failure) {
    return failure.indexOf('\n') < 0 ? " " + failure : "\n" + failure.indent(4).stripTrailing();
  }

  private boolean replace(
      Generation next,
      Life started,
      Version version,
      Supplier<Iterable<Connection>> connections,
      long begun)
      throws InterruptedException {
    change.lock();
    try {
      if (!stopping) {
        Generation former = serving.getAndSet(next);
        Life ending = life;
        life = started;
        long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
        LOGGER.log(Level.INFO, "Generation " + next.number() + " serves (" + millis + " ms)");
        Thread drain =
            Thread.ofPlatform()
                .name("pounce-drain-generation-" + former.number())
                .unstarted(() -> drain(former, ending, connections));
        drains.add(drain);
        drain.start();
        return true;
      }
    } finally {
      change.unlock();
    }
    started.shutDown(config.shutdownTimeout());
    version.close();
    return false;
  }

  private void drain(Generation former, Life ending, Supplier<Iterable<Connection>> connections) {
    try {
      String name = "Generation " + former.number();
      int active = served(former, connections);
      LOGGER.log(
          Level.INFO,
          active == 0
              ? name + " shutting down (no active requests)"
              : name + " draining " + active + " active request(s)...");
      if (!awaitEnd(former, connections, config.reloadTimeout(), forced)) {
        cut(former, name, connections);
      }
      ending.shutDown(config.shutdownTimeout());
      for (Connection connection : connections.get()) {
        connection.forget(former);
      }
      ending.close();
      LOGGER.log(Level.INFO, name + " stopped");
    } catch (InterruptedException e) {
      LOGGER.log(Level.DEBUG, "a drain was interrupted", e);
    } finally {
      drains.remove(Thread.currentThread());
    }
  }

  private void cut(Generation former, String name, Supplier<Iterable<Connection>> connections)
      throws InterruptedException {
    LOGGER.log(
        Level.WARNING,
        name
            + (forced.getCount() == 0
                ? " was told to stop at once"
                : " did not stop within reload_timeout ("
                    + Drain.seconds(config.reloadTimeout())
                    + "s)")
            + " — force terminating");
    int cut = 0;
    for (Connection connection : connections.get()) {
      cut += connection.cut(former, "cut by a reload");
    }
    LOGGER.log(Level.WARNING, name + " cut " + cut + " request(s)");
    awaitEnd(former, connections, CUT_PATIENCE, new CountDownLatch(1));
  }

  private boolean awaitEnd(
      Generation former,
      Supplier<Iterable<Connection>> connections,
      Duration patience,
      CountDownLatch end)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (served(former, connections) > 0) {
      if (System.nanoTime() > deadline || end.await(STEP.toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return true;
  }

  private static int served(Generation by, Supplier<Iterable<Connection>> connections) {
    int served = 0;
    for (Connection connection : connections.get()) {
      served += connection.served(by);
    }
    return served;
  }

  /** From now on no generation follows: a reload under way is given up. */
  void halt() {
    change.lock();
    try {
      stopping = true;
    } finally {
      change.unlock();
    }
    Thread under = reloading;
    if (under != null) {
      under.interrupt();
    }
  }

  /** Waits no longer, for requests or for what an application does at its end. */
  void force() {
    forced.countDown();
    life.abandon();
  }

  /**
   * Ends the generation that serves, and waits for those that drain, after the last request.
   *
   * @return false if an application had to be left behind
   */
  boolean end() throws InterruptedException {
    for (Thread drain : drains) {
      drain.join();
    }
    boolean ended = life.shutDown(config.shutdownTimeout());
    life.close();
    return ended;
  }
}
