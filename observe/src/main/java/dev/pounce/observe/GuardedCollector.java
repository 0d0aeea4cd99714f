package dev.pounce.observe;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/** A collector whose failures harm nobody: the first is logged, all are counted. */
public final class GuardedCollector implements LifecycleCollector {

  private static final Logger LOGGER = System.getLogger("pounce");

  private final LifecycleCollector collector;
  private final LongAdder failures = new LongAdder();
  private final AtomicBoolean said = new AtomicBoolean();

  GuardedCollector(LifecycleCollector collector) {
    this.collector = collector;
  }

  @Override
  public void record(LifecycleEvent event) {
    try {
      collector.record(event);
    } catch (Throwable failure) { // a collector may throw anything, and the request must go on
      failed(failure);
    }
  }

  @Override
  public void attached(Vitals vitals) {
    try {
      collector.attached(vitals);
    } catch (Throwable failure) {
      failed(failure);
    }
  }

  private void failed(Throwable failure) {
    failures.increment();
    if (said.compareAndSet(false, true)) {
      LOGGER.log(
          Level.ERROR,
          "A collector failed: "
              + collector.getClass().getName()
              + "; further failures are counted",
          failure);
    }
  }

  /**
   * How often the collector threw, or, if it is {@linkplain LifecycleCollector#all several}, each
   * of them.
   *
   * @return 0 or more, never less than before
   */
  public long failures() {
    long sum = failures.sum();
    if (collector instanceof Collectors(LifecycleCollector[] members)) {
      for (LifecycleCollector member : members) {
        sum += LifecycleCollector.guarded(member).failures();
      }
    }
    return sum;
  }
}
