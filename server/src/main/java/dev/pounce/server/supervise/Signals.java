package dev.pounce.server.supervise;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * SIGTERM, SIGINT and SIGHUP as orders, for as long as it is open. The first that tells to stop is
 * an order, each further one calls back. SIGHUP reloads, but where it comes because the terminal is
 * closed that the process was started from, it stops, as everywhere. A shutdown hook would not do:
 * it can't tell the signals apart, choose the exit code or hear a second one.
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
    boolean interactive = Terminal.isThere();
    return new Signals(
        signal -> {
          if (stopping.compareAndSet(false, true)) {
            orders.accept(new Order.Stop("Received SIG" + signal.getName()));
          } else {
            again.run();
          }
        },
        _ ->
            orders.accept(
                interactive && !Terminal.isThere()
                    ? new Order.Stop("The terminal is closed")
                    : new Order.Reload("Received SIGHUP")));
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
