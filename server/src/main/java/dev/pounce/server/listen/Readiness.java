package dev.pounce.server.listen;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Tells the transports of a server when their sockets are ready.
 *
 * <p>A virtual thread blocked in a channel of the JDK costs two system calls more for each request:
 * a read that finds nothing, and one to arm the poller, which disarms itself after each event. Here
 * a socket is armed once, for as long as its connection waits each time that octets come; whoever
 * waits parks, and is unparked by the one virtual thread that selects. It gives way after each
 * round, so that those it has unparked run, on the same carrier as a rule, before it looks again.
 *
 * <p>A carrier takes what others have submitted (new connections, a sleep that is over, a callback
 * of some client's thread) only when its own queue is empty. Under full load this thread is always
 * in that queue, again before the last of those it woke has run. So every now and then it parks for
 * a moment: then the carrier comes to the end of its queue, and serves the others. They wait in
 * several queues, and the carrier stays with one of them until it is empty; who unparks this thread
 * puts it into one, and the yield that follows, as nothing else is there to run, into another, so
 * that none is kept from its end for long.
 */
public final class Readiness implements AutoCloseable {

  private static final Logger LOGGER = System.getLogger("pounce");
  private static final Duration PATIENCE = Duration.ofMillis(500);

  /** How long it keeps a carrier busy at most, without a wait that lets others in. */
  private static final Duration TURN = Duration.ofMillis(2);

  /** What counts as such a wait: a select that finds many sockets ready takes time, too. */
  private static final Duration WAIT = Duration.ofMillis(1);

  private final Selector selector;
  private final Thread thread;
  private volatile boolean closed;

  /** When the first key of a round was found ready; only for the thread. */
  private long first;

  /** Readiness for transports to come; its thread runs until it is closed. */
  public Readiness() throws IOException {
    selector = Selector.open();
    thread = Thread.ofVirtual().name("pounce-readiness").unstarted(this::run);
    thread.start();
  }

  private void run() {
    Consumer<SelectionKey> signal = this::signal;
    long rested = System.nanoTime();
    while (!closed) {
      try {
        long before = System.nanoTime();
        first = 0;
        selector.select(signal);
        if (first - before > WAIT.toNanos()) {
          rested = first;
        }
        if (before - rested > TURN.toNanos()) {
          LockSupport.parkNanos(1);
          rested = System.nanoTime();
        }
        Thread.yield();
      } catch (IOException | RuntimeException e) {
        LOGGER.log(Level.ERROR, "The selector goes on after an error", e);
      }
    }
    try {
      selector.close();
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "the selector could not be closed", e);
    }
  }

  private void signal(SelectionKey key) {
    if (first == 0) {
      first = System.nanoTime();
    }
    ((PlainTransport) key.attachment()).signal(key);
  }

  SelectionKey register(SocketChannel channel, PlainTransport transport) throws IOException {
    try {
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ, transport);
      selector.wakeup();
      return key;
    } catch (ClosedSelectorException e) {
      throw new IOException("the server has stopped", e);
    }
  }

  /** Makes what was changed or closed known at once. */
  void wakeup() {
    selector.wakeup();
  }

  /**
   * Ends the thread, when all transports are closed. Waits for that a little while only: carriers
   * that never come free may keep it.
   */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
