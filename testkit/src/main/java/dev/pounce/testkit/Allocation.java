package dev.pounce.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What work costs in memory. */
public final class Allocation {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocation() {}

  /**
   * Does work on the current thread.
   *
   * @param work should have been done before, since what is loaded or linked the first time counts
   * @return how many bytes this thread has allocated meanwhile
   */
  public static long of(Runnable work) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    work.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
