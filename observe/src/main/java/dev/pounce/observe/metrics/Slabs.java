package dev.pounce.observe.metrics;

import java.util.List;

/** The slabs that a collector adds to and reads. All methods may be called from any thread. */
sealed interface Slabs permits HeapSlabs, FileSlabs {

  /** Where events of a worker count. */
  Slab of(int worker);

  /** Where this process counts what belongs to no worker. */
  Slab own();

  /** All slabs there are. */
  Reading read();

  /** How many connections all workers have open. */
  long connectionsActive();

  /** Lets others see the families of this process, if there are others. */
  void publish();

  /** The families of the processes that were read. */
  List<Family> families(Reading reading);
}
