package dev.pounce.server.supervise;

import dev.pounce.app.ContractException;
import dev.pounce.app.Inbound;
import dev.pounce.app.LifespanScope;
import dev.pounce.app.LifespanShutdown;
import dev.pounce.app.LifespanShutdownComplete;
import dev.pounce.app.LifespanShutdownFailed;
import dev.pounce.app.LifespanStartup;
import dev.pounce.app.LifespanStartupComplete;
import dev.pounce.app.LifespanStartupFailed;
import dev.pounce.app.Outbound;
import dev.pounce.server.exchange.Generation;
import dev.pounce.server.source.Version;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The life span of one version of an application: one call on a thread of its own, from before the
 * first request until after the last. An application that returns or throws before it has received
 * anything has none. The thread is a platform thread, so that handlers that never let go of a
 * carrier can't keep it from cleaning up.
 */
final class Life {

  private static final Logger LOGGER = System.getLogger("pounce");

  /** What the application has said or done. */
  private sealed interface Word {
    record Said(Outbound message) implements Word {}

    record Ended(@Nullable Throwable failure, boolean received) implements Word {}

    record Abandoned() implements Word {}
  }

  /** What an application may still do between its last word and its return. */
  private static final Duration RETURN_PATIENCE = Duration.ofMillis(500);

  private final Version version;
  private final int number;
  private final Map<String, Object> state = new ConcurrentHashMap<>();
  private final BlockingQueue<Inbound> inbox = new LinkedBlockingQueue<>();
  private final BlockingQueue<Word> words = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile boolean received;
  private volatile boolean started;
  private volatile boolean stopping;

  /**
   * A life that has not begun.
   *
   * @param number of the generation that it will be
   */
  Life(int number, Version version) {
    this.number = number;
    this.version = version;
    this.thread = Thread.ofPlatform().daemon(true).name("pounce-lifespan").unstarted(this::run);
    thread.setContextClassLoader(version.loader());
  }

  private void run() {
    Throwable failure = null;
    try {
      version.application().handle(new LifespanScope(state), this::receive, this::send);
    } catch (Throwable t) { // an application may throw anything
      failure = t;
    }
    if (started && !stopping && failure != null) {
      LOGGER.log(Level.ERROR, "The application's life span ended while it serves", failure);
    }
    words.add(new Word.Ended(failure, received));
  }

  private Inbound receive() {
    try {
      Inbound message = inbox.take();
      received = true;
      stopping = message instanceof LifespanShutdown;
      return message;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new LifespanShutdown();
    }
  }

  private void send(Outbound message) {
    boolean allowed =
        switch (message) {
          case LifespanStartupComplete _, LifespanStartupFailed _ -> received && !started;
          case LifespanShutdownComplete _, LifespanShutdownFailed _ -> stopping;
          default -> false;
        };
    if (!allowed) {
      throw new ContractException(
          message.getClass().getSimpleName() + " is not due in this life span");
    }
    started = true;
    words.add(new Word.Said(message));
  }

  /**
   * Starts the application.
   *
   * @return what can serve from now on
   * @throws IOException if it says that it can't start, or fails once it has begun to
   */
  Generation startUp() throws IOException, InterruptedException {
    inbox.add(new LifespanStartup());
    thread.start();
    switch (words.take()) {
      case Word.Said(LifespanStartupFailed(String message)) -> {
        stopping = true;
        thread.interrupt();
        throw new IOException("the application did not start: " + message);
      }
      case Word.Said _, Word.Abandoned _ -> {}
      case Word.Ended(Throwable failure, boolean received) when received && failure != null ->
          throw new IOException("the application did not start: " + failure, failure);
      case Word.Ended(var failure, _) ->
          LOGGER.log(Level.DEBUG, "the application has no life span", failure);
    }
    return new Generation(number, version, Collections.unmodifiableMap(new HashMap<>(state)));
  }

  /**
   * Lets the application clean up.
   *
   * @return false if it had to be left behind
   */
  boolean shutDown(Duration patience) throws InterruptedException {
    if (!started || !thread.isAlive()) {
      return true;
    }
    inbox.add(new LifespanShutdown());
    boolean heard = true;
    switch (words.poll(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      case null -> {
        LOGGER.log(Level.ERROR, "The application did not shut down in time");
        heard = false;
      }
      case Word.Abandoned _ -> heard = false;
      case Word.Said(LifespanShutdownFailed(String message)) ->
          LOGGER.log(Level.ERROR, "The application failed to shut down: " + message);
      case Word.Ended(var failure, _) when failure != null ->
          LOGGER.log(Level.ERROR, "The application failed to shut down", failure);
      case Word.Said _, Word.Ended _ -> {}
    }
    thread.interrupt();
    return thread.join(RETURN_PATIENCE) && heard;
  }

  /** Lets go of the version, when nothing of it runs any more. */
  void close() {
    version.close();
  }

  /** Waits no longer, though the application be still at it. */
  void abandon() {
    words.add(new Word.Abandoned());
  }
}
