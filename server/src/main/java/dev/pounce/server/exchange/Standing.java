package dev.pounce.server.exchange;

/** How the worker that serves a request stands at this moment. Read from any thread. */
public interface Standing {

  /** The worker's number, from 1. */
  int workerId();

  /** How many connections all workers of the server have open. */
  int activeConnections();

  /** Whether the server is on its way out: health is 503 then. */
  boolean draining();

  /** Whether the worker is drained: each answer then is its connection's last. */
  boolean closing();
}
