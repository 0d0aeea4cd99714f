package dev.pounce.server;

import dev.pounce.app.Application;
import dev.pounce.observe.LifecycleCollector;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.supervise.Signals;
import dev.pounce.server.supervise.Supervisor;
import java.io.IOException;
import java.net.URI;
import java.util.List;
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

  private final ServerConfig config;
  private final Application application;
  private final LogWriter log;
  private final boolean ownsLog;
  private final List<LifecycleCollector> collectors;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable Supervisor supervisor;
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
    this(config, application, LogWriter.toSystemLogger(config.logFormat()), true, collectors);
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
    this(config, application, log, false, collectors);
  }

  private Server(
      ServerConfig config,
      Application application,
      LogWriter log,
      boolean ownsLog,
      LifecycleCollector... collectors) {
    this.collectors = List.of(collectors);
    this.config = config;
    this.application = application;
    this.log = log;
    this.ownsLog = ownsLog;
  }

  /**
   * Binds, runs the application's life-span start-up and begins to accept connections.
   *
   * @throws StartupException if the address can't be bound, the application does not start, or
   *     tracing is asked for and can't be had
   * @throws IllegalStateException if the server has been started before
   */
  public void start() throws StartupException {
    lock.lock();
    try {
      if (supervisor != null || stopped) {
        throw new IllegalStateException("a server starts only once");
      }
      Observers gathered = Observers.of(config, log, collectors);
      observers = gathered;
      supervisor = Supervisor.start(config, application, gathered.observation(), gathered.lag());
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
   * Where the server can be reached: {@code http://127.0.0.1:8000}, or {@code
   * unix:/run/pounce.sock}.
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
   * Starts, and serves until the process gets SIGTERM or SIGINT, then shuts down. A second signal
   * cuts what has not ended yet. The signals are handled from before the start until this returns.
   *
   * @param started told where the server can be reached, once it can be
   * @return the exit code: 0, or 1 if a request had to be cut
   * @throws StartupException as {@link #start}
   */
  public int run(Consumer<URI> started) throws StartupException {
    try (Signals signals = Signals.handle(this::force)) {
      start();
      started.accept(uri());
      stop("Received " + signals.await());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
    }
    return clean ? 0 : 1;
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
