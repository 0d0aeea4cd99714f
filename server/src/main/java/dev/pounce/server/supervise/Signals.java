package dev.pounce.server.supervise;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * SIGTERM and SIGINT, for as long as it is open: the first is waited for, each further one calls
 * back. A shutdown hook would not do: it can't tell the signals apart, choose the exit code or hear
 * a second one.
 */
public final class Signals implements AutoCloseable {

  private static final Signal TERM = new Signal("TERM");
  private static final Signal INT = new Signal("INT");

  private final BlockingQueue<String> first = new LinkedBlockingQueue<>();
  private final AtomicBoolean seen = new AtomicBoolean();
  private final Runnable again;
  private final SignalHandler formerTerm;
  private final SignalHandler formerInt;

  private Signals(Runnable again) {
    this.again = again;
    this.formerTerm = Signal.handle(TERM, this::arrived);
    this.formerInt = Signal.handle(INT, this::arrived);
  }

  /**
   * Handles the signals until it is closed.
   *
   * @param again called on a thread of the JVM at each signal after the first
   */
  public static Signals handle(Runnable again) {
    return new Signals(again);
  }

  private void arrived(Signal signal) {
    if (seen.compareAndSet(false, true)) {
      first.add("SIG" + signal.getName());
    } else {
      again.run();
    }
  }

  /** Waits for the first signal and gives its name, such as {@code SIGTERM}. */
  public String await() throws InterruptedException {
    return first.take();
  }

  @Override
  public void close() {
    Signal.handle(TERM, formerTerm);
    Signal.handle(INT, formerInt);
  }
}
