package dev.pounce.observe.metrics;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What the processes of one server count together: a directory with a file of counters, its slab,
 * for each worker's number. The supervisor creates it and keeps a slab of its own, of number 0;
 * each worker process joins it under its number. Each gives its ledger to a {@link
 * PrometheusCollector}, which then counts into the process's own slab and tells the sum of all.
 *
 * <p>A number is one process's at a time. For each process that it starts the supervisor calls
 * {@link #prepare}, starts it, and calls {@link #retire} when it has ended, however it did. The
 * next process of that number goes on where the last one stopped: what was counted stays counted.
 *
 * <p>All methods may be called from any thread, but for {@link #close}: nobody may count or read
 * meanwhile, or afterwards.
 */
public final class Ledger implements AutoCloseable {

  private final Path directory;
  private final boolean creator;
  private final FileSlabs slabs;

  private Ledger(Path directory, int worker) throws IOException {
    this.directory = directory;
    this.creator = worker == FileSlabs.SUPERVISOR;
    this.slabs = new FileSlabs(directory, worker);
  }

  /**
   * A ledger in memory, if the system has a directory for that; else in the directory for temporary
   * files.
   *
   * @return as {@link #create(Path)}
   * @throws IOException as there
   */
  public static Ledger create() throws IOException {
    return create(RunDirectory.base());
  }

  /**
   * A new ledger, in a directory of its own that no other user may read. Those beside it that were
   * left behind by supervisors of the same user that were killed are deleted.
   *
   * @param base a directory
   * @return the supervisor's view, with no workers yet
   * @throws IOException if it cannot be made
   */
  public static Ledger create(Path base) throws IOException {
    Path directory = RunDirectory.create(base);
    try {
      int stripes = Slab.stripes(Runtime.getRuntime().availableProcessors());
      SlabFile.make(directory, FileSlabs.SUPERVISOR, stripes);
      return new Ledger(directory, FileSlabs.SUPERVISOR);
    } catch (IOException e) {
      RunDirectory.delete(directory);
      throw e;
    }
  }

  /**
   * Makes this process the owner of a worker's slab.
   *
   * @param directory of the ledger that the supervisor created
   * @param worker its number, 1 or more, prepared by the supervisor
   * @return the worker's view
   * @throws IOException if there is no such slab
   * @throws IllegalArgumentException if the number is less than 1
   * @throws IllegalStateException if the number is another process's that has not been retired
   */
  public static Ledger join(Path directory, int worker) throws IOException {
    return new Ledger(directory, checked(worker));
  }

  private static int checked(int worker) {
    if (worker < 1) {
      throw new IllegalArgumentException("worker: " + worker + " (expected: 1 or more)");
    }
    return worker;
  }

  /**
   * Where it lies: to be told to worker processes.
   *
   * @return the directory, which is deleted when the supervisor closes its ledger
   */
  public Path directory() {
    return directory;
  }

  /**
   * Sees to it that a worker has a slab: to be called by the supervisor before it starts a process.
   *
   * @param worker its number, 1 or more
   * @throws IOException if there is no room
   * @throws IllegalArgumentException if the number is less than 1
   */
  public void prepare(int worker) throws IOException {
    slabs.make(checked(worker));
  }

  /**
   * Closes the books of a process: to be called by the supervisor after it has ended. Its
   * connections and requests are under way no more, its own series vanish, its counts stay, and its
   * number is free for another process.
   *
   * @param worker its number, 1 or more
   * @return how many requests it had under way when it ended, 0 or more; 0 too if its slab cannot
   *     be read
   * @throws IllegalArgumentException if the number is less than 1
   */
  public long retire(int worker) {
    return slabs.retire(checked(worker));
  }

  /**
   * Tells the others whether this process takes connections. At first it does not.
   *
   * @param accepting whether it does from now on
   */
  public void accepting(boolean accepting) {
    slabs.accepting(accepting);
  }

  /**
   * How few connections a worker has, so that those that have more can leave the next to it. Costs
   * less than a microsecond as a rule, and makes no garbage then.
   *
   * @return the fewest that a process has open which takes more; the greatest number if none does
   */
  public long fewestConnections() {
    return slabs.fewest();
  }

  /** What a collector adds to and reads. */
  Slabs slabs() {
    return slabs;
  }

  /** Unmaps all files; the supervisor's also deletes them. */
  @Override
  public void close() {
    slabs.close();
    if (creator) {
      RunDirectory.delete(directory);
    }
  }
}
