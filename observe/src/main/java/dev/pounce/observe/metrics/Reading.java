package dev.pounce.observe.metrics;

import dev.pounce.observe.metrics.Family.Label;
import java.util.List;

/**
 * What was read from all slabs at one time.
 *
 * @param all the sum of all slabs
 * @param workers those that live, by number
 * @param skipped how many slabs could not be read
 */
record Reading(Counts all, List<Worker> workers, int skipped) {

  /** A worker and what was counted in its slab, by all processes that ever had its number. */
  record Worker(int number, Owner owner, Counts counts) {

    List<Label> labels() {
      return List.of(
          new Label("worker_id", Integer.toString(number)),
          new Label("worker_pid", Long.toString(owner.pid())));
    }
  }
}
