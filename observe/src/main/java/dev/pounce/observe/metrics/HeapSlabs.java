package dev.pounce.observe.metrics;

import dev.pounce.observe.metrics.Reading.Worker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The slabs of workers that all live in this process: a new one for each new number. */
final class HeapSlabs implements Slabs {

  /** No worker's number. */
  private static final int OWN = 0;

  /** By the workers' numbers; grows, and never loses one. What is in the array may be read. */
  private volatile @Nullable Slab[] slabs = {};

  private final ReentrantLock growth = new ReentrantLock();

  @Override
  public Slab of(int worker) {
    @Nullable Slab[] known = slabs;
    Slab slab = worker < known.length ? known[worker] : null;
    return slab != null ? slab : newSlab(worker);
  }

  private Slab newSlab(int worker) {
    growth.lock();
    try {
      @Nullable Slab[] known = slabs;
      @Nullable Slab[] grown = Arrays.copyOf(known, Math.max(known.length, worker + 1));
      Slab slab = grown[worker];
      if (slab == null) {
        slab = Slab.onHeap();
        grown[worker] = slab;
        slabs = grown;
      }
      return slab;
    } finally {
      growth.unlock();
    }
  }

  @Override
  public Slab own() {
    return of(OWN);
  }

  @Override
  public Reading read() {
    Owner self = new Owner(ProcessHandle.current().pid(), 0);
    List<Counts> all = new ArrayList<>();
    List<Worker> workers = new ArrayList<>();
    @Nullable Slab[] known = slabs;
    for (int number = 0; number < known.length; number++) {
      Slab slab = known[number];
      if (slab != null) {
        Counts counts = Counts.of(slab);
        all.add(counts);
        if (number != OWN) {
          workers.add(new Worker(number, self, counts));
        }
      }
    }
    return new Reading(Counts.sum(all), workers, 0);
  }

  @Override
  public long connectionsActive() {
    return Arrays.stream(slabs)
        .mapToLong(slab -> slab == null ? 0 : slab.connectionsActive())
        .sum();
  }

  @Override
  public void publish() {}

  @Override
  public List<Family> families(Reading reading) {
    return Stream.concat(Jvm.families().stream(), OwnProcess.families().stream()).toList();
  }
}
