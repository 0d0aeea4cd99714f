package dev.pounce.server.exchange;

/** How the worker that serves a request stands at this moment. Read from any thread. */
public interface Standing {

  /** The worker's number, from 1. */
  int workerId();

  /** How many connections the worker has open; during a drain, how many the server has. */
  int activeConnections();

  /** Whether a drain has begun: answers then end their connection, and health is 503. */
  boolean draining();
}
