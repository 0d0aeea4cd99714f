package dev.pounce.server.supervise;

import dev.pounce.server.http1.Connection;
import dev.pounce.server.http1.Rescue;
import dev.pounce.server.listen.Carrier;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps the built-ins answering while handlers burn CPU on every carrier.
 *
 * <p>Virtual threads give way only where they wait, so a few handlers that compute for seconds keep
 * all others from running, and with them the health check that would tell. Two platform threads see
 * to that. The first asks a virtual thread for a sign of life and, where none comes within {@link
 * #STARVED_AFTER}, claims each connection whose own thread has not begun, until signs come again.
 * The second reads those, without waiting on any, far enough to see what is asked: a built-in it
 * answers, everything else goes on a virtual thread of its own, to wait its turn as it would have.
 *
 * <p>A connection is claimed by one compare-and-set, by its own thread or from here, never by both.
 */
final class Lifeline {

  private static final Logger LOGGER = System.getLogger("pounce");
  private static final Duration BEAT = Duration.ofMillis(50);
  private static final Duration STARVED_AFTER = Duration.ofMillis(100);

  private final List<Worker> workers;
  private final Selector selector;
  private final Queue<Rescue> claimed = new ConcurrentLinkedQueue<>();

  /** Those that are looked at, and those that are to be given back; only for the reader. */
  private final Set<Rescue> watched = new HashSet<>();

  private final List<Rescue> returning = new ArrayList<>();

  private final Thread probe;
  private final Thread reader;
  private final Thread echo;
  private final Lag lag;
  private final Duration stallThreshold;
  private volatile long askedAt;
  private volatile long asked;
  private volatile long answered;
  private volatile boolean starved;

  /** Whether the reader has any to look at. */
  private volatile boolean watching;

  private volatile boolean stopped;

  /**
   * A lifeline that is not started.
   *
   * @param lag is told twenty times a second how late a virtual thread has run
   * @param stallThreshold how late it may run until that is logged
   */
  Lifeline(List<Worker> workers, Lag lag, Duration stallThreshold) throws IOException {
    this.lag = lag;
    this.stallThreshold = stallThreshold;
    this.workers = workers;
    this.selector = Selector.open();
    this.probe = daemon("pounce-lifeline-probe", this::probe);
    this.reader = daemon("pounce-lifeline", this::read);
    this.echo = Thread.ofVirtual().name("pounce-lifeline-echo").unstarted(this::echo);
  }

  private static Thread daemon(String name, Runnable task) {
    return Thread.ofPlatform().name(name).daemon(true).unstarted(task);
  }

  /** A thread that will run soon: while virtual threads don't, one of the platform. */
  Thread thread(Runnable task) {
    return starved ? daemon("pounce-lifeline-task", task) : Carrier.thread(task);
  }

  /** Whether virtual threads don't run at this moment. */
  boolean isStarved() {
    return starved;
  }

  void start() {
    echo.start();
    probe.start();
    reader.start();
  }

  private void echo() {
    while (!stopped) {
      if (answered != asked) {
        lag.add(Duration.ofNanos(System.nanoTime() - askedAt));
        answered = asked;
      }
      LockSupport.park();
    }
  }

  private void probe() {
    askedAt = System.nanoTime();
    long beat = 0;
    boolean reported = false;
    while (!stopped) {
      long now = System.nanoTime();
      if (answered == asked) {
        starved = false;
        reported = false;
        askedAt = now;
        asked = ++beat;
        LockSupport.unpark(echo);
      } else if (now - askedAt > STARVED_AFTER.toNanos()) {
        starved = true;
        rescue();
      }
      if (!reported && answered != asked && now - askedAt > stallThreshold.toNanos()) {
        reported = true;
        lag.stalled();
        daemon("pounce-stall", () -> Stall.report(stallThreshold, workers)).start();
      }
      selectorCheck();
      LockSupport.parkNanos(BEAT.toNanos());
    }
  }

  private void rescue() {
    for (Worker worker : workers) {
      for (Connection connection : worker.connections()) {
        Rescue rescue = Rescue.of(connection);
        if (rescue != null) {
          claimed.add(rescue);
        }
      }
    }
  }

  /** The reader has something to do: new connections, or old ones to give back. */
  private void selectorCheck() {
    if (!claimed.isEmpty() || !starved && watching) {
      selector.wakeup();
    }
  }

  private void read() {
    while (!stopped) {
      try {
        selector.select(this::glance);
        for (Rescue next = claimed.poll(); next != null; next = claimed.poll()) {
          watch(next);
        }
        if (!starved) {
          List.copyOf(watched).forEach(this::giveBack);
        }
        if (!returning.isEmpty()) {
          // lets go of the channels, so that they are not looked at any more
          selector.selectNow();
          returning.forEach(Rescue::release);
          returning.clear();
        }
        watching = !watched.isEmpty();
      } catch (IOException | RuntimeException e) {
        LOGGER.log(Level.ERROR, "The lifeline goes on after an error", e);
      }
    }
  }

  private void watch(Rescue rescue) {
    watched.add(rescue);
    try {
      rescue.channel().register(selector, SelectionKey.OP_READ, rescue);
    } catch (IOException e) {
      giveBack(rescue);
    }
  }

  private void glance(SelectionKey key) {
    Rescue rescue = (Rescue) key.attachment();
    switch (rescue.glance()) {
      case UNDECIDED -> {}
      case BUILT_IN -> {
        key.cancel();
        watched.remove(rescue);
        rescue.answer();
      }
      case APPLICATION -> giveBack(rescue);
    }
  }

  /** Gives it back once: a cancelled key stays among the selector's until that selects again. */
  private void giveBack(Rescue rescue) {
    if (watched.remove(rescue)) {
      SelectionKey key = rescue.channel().keyFor(selector);
      if (key != null) {
        key.cancel();
      }
      returning.add(rescue);
    }
  }

  /** Ends the threads. The echo is not waited for: carriers that never come free may keep it. */
  void stop() throws InterruptedException, IOException {
    stopped = true;
    LockSupport.unpark(probe);
    LockSupport.unpark(echo);
    selector.wakeup();
    probe.join();
    reader.join();
    selector.close();
  }
}
