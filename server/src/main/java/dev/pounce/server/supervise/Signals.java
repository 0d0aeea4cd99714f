package dev.pounce.server.supervise;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * SIGTERM, SIGINT and SIGHUP as orders, for as long as it is open. The first that tells to stop is
 * an order, each further one calls back. A shutdown hook would not do: it can't tell the signals
 * apart, choose the exit code or hear a second one.
 */
public final class Signals implements AutoCloseable {

  private static final Signal HANGUP = new Signal("HUP");

  private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final Runnable again;
  private final Map<Signal, SignalHandler> former = new LinkedHashMap<>();

  private Signals(Runnable again) {
    this.again = again;
    handle(new Signal("TERM"), this::stop);
    handle(new Signal("INT"), this::stop);
    handle(HANGUP, _ -> orders.add(new Order.Reload("Received SIGHUP")));
  }

  private void handle(Signal signal, SignalHandler handler) {
    former.put(signal, Signal.handle(signal, handler));
  }

  /**
   * Handles the signals until it is closed.
   *
   * @param again called on a thread of the JVM at each signal to stop after the first
   */
  public static Signals handle(Runnable again) {
    return new Signals(again);
  }

  private void stop(Signal signal) {
    if (stopping.compareAndSet(false, true)) {
      orders.add(new Order.Stop("Received SIG" + signal.getName()));
    } else {
      again.run();
    }
  }

  /** Adds an order that no signal brings. Any thread. */
  public void add(Order order) {
    orders.add(order);
  }

  /** Waits for the next order. */
  public Order take() throws InterruptedException {
    return orders.take();
  }

  @Override
  public void close() {
    former.forEach(Signal::handle);
  }
}
