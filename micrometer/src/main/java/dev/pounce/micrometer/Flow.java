package dev.pounce.micrometer;

import java.util.concurrent.atomic.LongAdder;

/** What came and what went. The difference is never negative, whoever counts meanwhile. */
final class Flow {

  private final LongAdder in = new LongAdder();
  private final LongAdder out = new LongAdder();

  void enter() {
    in.increment();
  }

  void leave() {
    out.increment();
  }

  /** How many are inside. Who is seen to have left is seen to have come: that is read later. */
  long inside() {
    long left = out.sum();
    return in.sum() - left;
  }
}
