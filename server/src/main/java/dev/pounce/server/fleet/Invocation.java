package dev.pounce.server.fleet;

import java.nio.file.Path;
import java.util.List;

/** How to start a worker process: a JVM that calls {@link WorkerProcess#run}. */
@FunctionalInterface
public interface Invocation {

  /**
   * The command of a worker process.
   *
   * @param directory the run directory, to be passed on
   * @param number the worker's number, to be passed on
   */
  List<String> command(Path directory, int number);
}
