package dev.pounce.server.fleet;

import dev.pounce.observe.LifecycleCollector;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.RequestStarted;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts requests down, and tells once when the last is there. */
final class Tally implements LifecycleCollector {

  private final AtomicInteger left;
  private final Runnable spent;

  Tally(int requests, Runnable spent) {
    this.left = new AtomicInteger(requests);
    this.spent = spent;
  }

  @Override
  public void record(LifecycleEvent event) {
    if (event instanceof RequestStarted && left.decrementAndGet() == 0) {
      spent.run();
    }
  }
}
