package dev.pounce.server;

import dev.pounce.app.Application;
import dev.pounce.observe.LifecycleCollector;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.config.WorkerMode;
import dev.pounce.server.source.Source;
import dev.pounce.server.supervise.Observers;
import dev.pounce.server.supervise.Order;
import dev.pounce.server.supervise.Post;
import dev.pounce.server.supervise.Signals;
import dev.pounce.server.supervise.Supervisor;
import dev.pounce.server.supervise.Watchdog;
import dev.pounce.server.systemd.Notification;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Serves one application. It starts once and stops once; methods may be called from any thread.
 *
 * <pre>{@code
 * try (Server server = new Server(ServerConfig.defaults(), app)) {
 *   server.start();
 *   ...
 * }
 * }</pre>
 */
public final class Server implements AutoCloseable {

  private static final Logger LOGGER = System.getLogger("pounce");

  private final ServerConfig config;
  private final Source source;
  private final LogWriter log;
  private final boolean ownsLog;
  private final List<LifecycleCollector> collectors;
  private final ReentrantLock lock = new ReentrantLock();
  private final ReentrantLock reloadTurn = new ReentrantLock();
  private final AtomicBoolean reloadWaits = new AtomicBoolean();
  private volatile @Nullable Supervisor supervisor;
  private volatile @Nullable BlockingQueue<Order> orders;
  private @Nullable Observers observers;
  private boolean stopped;
  private boolean clean = true;

  /**
   * A server inside another program: what it logs goes to {@link System.Logger}.
   *
   * @param collectors get the events of its connections; guarded, so that what they throw harms no
   *     request
   */
  public Server(ServerConfig config, Application application, LifecycleCollector... collectors) {
    this(
        config,
        Source.of(application),
        LogWriter.toSystemLogger(config.logFormat()),
        true,
        collectors);
  }

  /**
   * A server whose logs of requests go through a writer of the caller's.
   *
   * @param log stays the caller's, to be closed after the server
   * @param collectors as above
   */
  public Server(
      ServerConfig config,
      Application application,
      LogWriter log,
      LifecycleCollector... collectors) {
    this(config, Source.of(application), log, false, collectors);
  }

  /**
   * A server whose application can be reloaded, and whose logs of requests go through a writer of
   * the caller's.
   *
   * @param source gives the application, and newer versions of it
   * @param log stays the caller's, to be closed after the server
   * @param collectors as above
   */
  public Server(
      ServerConfig config, Source source, LogWriter log, LifecycleCollector... collectors) {
    this(config, source, log, false, collectors);
  }

  private Server(
      ServerConfig config,
      Source source,
      LogWriter log,
      boolean ownsLog,
      LifecycleCollector... collectors) {
    this.collectors = List.of(collectors);
    this.config = config;
    this.source = source;
    this.log = log;
    this.ownsLog = ownsLog;
  }

  /**
   * Binds, runs the application's life-span start-up and begins to accept connections.
   *
   * @throws StartupException if the address can't be bound, the application does not start, or
   *     tracing or worker processes are asked for and can't be had
   * @throws IllegalStateException if the server has been started before
   */
  public void start() throws StartupException {
    lock.lock();
    try {
      if (supervisor != null || stopped) {
        throw new IllegalStateException("a server starts only once");
      }
      if (config.workerMode() == WorkerMode.PROCESS) {
        throw new StartupException(
            "worker-mode: process (expected: thread; only the pounce command starts processes)");
      }
      Observers gathered = Observers.of(config, log, collectors);
      observers = gathered;
      supervisor =
          Supervisor.start(
              config,
              source,
              gathered.observation(),
              gathered.lag(),
              Post.alone(config),
              this::fail);
      supervisor.serve();
    } catch (StartupException e) {
      throw e;
    } catch (IOException e) {
      throw new StartupException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartupException("interrupted while the application started", e);
    } finally {
      if (supervisor == null) {
        closeObservers();
      }
      lock.unlock();
    }
  }

  /**
   * The TCP port that is listened on; -1 on a Unix domain socket.
   *
   * @throws IllegalStateException if the server is not started
   */
  public int port() {
    return started().port();
  }

  /**
   * Where the server can be reached: {@code http://127.0.0.1:8000}, {@code https://} inside TLS, or
   * {@code unix:/run/pounce.sock}.
   *
   * @throws IllegalStateException if the server is not started
   */
  public URI uri() {
    return started().uri();
  }

  private Supervisor started() {
    Supervisor running = supervisor;
    if (running == null) {
      throw new IllegalStateException("the server is not started");
    }
    return running;
  }

  /**
   * Loads the application anew from its source and has it serve in place of the version before,
   * whose requests under way end in the background, within {@code reload-timeout}. No connection is
   * closed by that. Returns as soon as it is clear which version serves; a version that can't be
   * loaded or does not start leaves the one before in its place, and the log says why.
   *
   * @return whether a new version serves
   * @throws IllegalStateException if the server is not started
   */
  public boolean reload() {
    return reload("Reload requested");
  }

  /**
   * Reloads as {@link #reload()} does, and says why.
   *
   * @param cause how the first line of the log about it begins: {@code Hello.java changed}
   * @return whether a new version serves
   * @throws IllegalStateException if the server is not started
   */
  public boolean reload(String cause) {
    return started().reload(cause);
  }

  /**
   * Starts, and serves until the process gets SIGTERM or SIGINT, then shuts down. A second signal
   * cuts what has not ended yet. SIGHUP reloads. The signals are handled from before the start
   * until this returns.
   *
   * @param started told where the server can be reached, once it can be
   * @return the exit code: 0, or 1 if a request had to be cut, or the server could not go on
   * @throws StartupException as {@link #start}
   */
  public int run(Consumer<URI> started) throws StartupException {
    BlockingQueue<Order> told = new LinkedBlockingQueue<>();
    orders = told;
    try (Signals _ = Signals.handle(told::add, this::force)) {
      start();
      started.accept(uri());
      obey(told, Notification.of(System.getenv()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
    }
    return clean ? 0 : 1;
  }

  private void obey(BlockingQueue<Order> told, Notification systemd) throws InterruptedException {
    systemd.ready();
    try (Watchdog _ = Watchdog.start(systemd, started())) {
      while (!stopped) {
        switch (told.take()) {
          case Order.Reload(String cause) -> reloadAside(cause, systemd);
          case Order.Stop(String cause) -> {
            systemd.stopping();
            stop(cause);
          }
          case Order.Fail(String why) -> {
            systemd.stopping();
            giveUp(why);
          }
        }
      }
    }
  }

  /** Reloads on a thread of its own, so that signals are heard meanwhile; one waits at most. */
  private void reloadAside(String cause, Notification systemd) {
    if (reloadWaits.compareAndSet(false, true)) {
      Thread.ofPlatform()
          .name("pounce-reload")
          .daemon(true)
          .start(() -> {
            reloadTurn.lock();
            try {
              reloadWaits.set(false);
              systemd.reloading();
              started().reload(cause);
              systemd.ready();
            } finally {
              reloadTurn.unlock();
            }
          });
    }
  }

  /** The server can't go on. */
  private void fail(String why) {
    BlockingQueue<Order> told = orders;
    if (told != null) {
      told.add(new Order.Fail(why));
    } else {
      Thread.ofPlatform().name("pounce-end").start(() -> giveUp(why));
    }
  }

  private void giveUp(String why) {
    LOGGER.log(Level.ERROR, why);
    stop("The server can't go on");
    clean = false;
  }

  private void force() {
    Supervisor running = supervisor;
    if (running == null) {
      Runtime.getRuntime().halt(1);
    } else {
      running.force();
    }
  }

  /** Shuts down as a signal would: requests under way may end until {@code shutdown-timeout}. */
  @Override
  public void close() {
    stop("Stop requested");
    if (ownsLog) {
      log.close();
    }
  }

  private void stop(String cause) {
    lock.lock();
    try {
      Supervisor running = supervisor;
      if (running != null && !stopped) {
        clean = running.shutDown(cause);
      }
    } catch (IOException e) {
      clean = false;
    } catch (InterruptedException e) {
      clean = false;
      Thread.currentThread().interrupt();
    } finally {
      stopped = true;
      closeObservers();
      lock.unlock();
    }
  }

  private void closeObservers() {
    Observers gathered = observers;
    if (gathered != null) {
      observers = null;
      gathered.close();
    }
  }
}
