package dev.pounce.server.supervise;

import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.listen.ListenSocket;
import java.io.IOException;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a process has of a server: all of it, or one worker among those of other processes.
 *
 * @param first the number of its first worker
 * @param workers how many it has
 * @param maxConnections the most connections that it serves at once
 * @param connections how many connections all processes have, or null if there is only this one
 * @param fewest how many connections the process has that has the fewest
 */
public record Post(
    int first,
    int workers,
    int maxConnections,
    @Nullable IntSupplier connections,
    LongSupplier fewest) {

  /** A whole server. */
  public static Post alone(ServerConfig config) {
    return new Post(1, config.workerCount(), config.maxConnections(), null, () -> Long.MAX_VALUE);
  }

  /**
   * One worker, on a socket that its process has inherited.
   *
   * @param connections how many connections all processes have
   * @param fewest how many connections the process has that has the fewest
   */
  public static Post among(
      ServerConfig config, int number, IntSupplier connections, LongSupplier fewest) {
    int share = Math.ceilDiv(config.maxConnections(), config.workerCount());
    return new Post(number, 1, share, connections, fewest);
  }

  ListenSocket listen(ServerConfig config) throws IOException {
    return connections == null ? ListenSocket.open(config) : ListenSocket.inherited();
  }
}
