package dev.pounce.server.http1;

/** What a connection belongs to: gives it what connections share, and is told of its end. */
public interface Owner {

  /** Response heads for all connections. */
  ResponseHead heads();

  /** Desks for all connections. */
  Desks desks();

  /** The connection has ended; called once, on its thread. */
  void closed(Connection connection);
}
