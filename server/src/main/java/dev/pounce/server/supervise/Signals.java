package dev.pounce.server.supervise;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * SIGTERM, SIGINT and SIGHUP as orders, for as long as it is open. The first that tells to stop is
 * an order, each further one calls back. A shutdown hook would not do: it can't tell the signals
 * apart, choose the exit code or hear a second one.
 */
public final class Signals implements AutoCloseable {

  private final Map<Signal, SignalHandler> former = new LinkedHashMap<>();

  private Signals(SignalHandler stop, SignalHandler reload) {
    handle("TERM", stop);
    handle("INT", stop);
    handle("HUP", reload);
  }

  private void handle(String name, SignalHandler handler) {
    Signal signal = new Signal(name);
    former.put(signal, Signal.handle(signal, handler));
  }

  /**
   * Handles the signals until it is closed.
   *
   * @param orders gets the orders, on threads of the JVM
   * @param again called on a thread of the JVM at each signal to stop after the first
   */
  public static Signals handle(Consumer<Order> orders, Runnable again) {
    AtomicBoolean stopping = new AtomicBoolean();
    return new Signals(
        signal -> {
          if (stopping.compareAndSet(false, true)) {
            orders.accept(new Order.Stop("Received SIG" + signal.getName()));
          } else {
            again.run();
          }
        },
        _ -> orders.accept(new Order.Reload("Received SIGHUP")));
  }

  /** Hears none of the signals until it is closed: somebody else does. */
  public static Signals ignore() {
    return new Signals(_ -> {}, _ -> {});
  }

  @Override
  public void close() {
    former.forEach(Signal::handle);
  }
}
