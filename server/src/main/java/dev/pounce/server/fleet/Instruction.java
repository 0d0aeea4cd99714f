package dev.pounce.server.fleet;

/** What a supervisor tells a worker process. */
enum Instruction {
  /** Accept connections. */
  SERVE,
  /** Say that the server is on its way out, and serve as before. */
  ANNOUNCE_END,
  /** Shut down, as the whole server does. */
  FINISH,
  /** Shut down, because another process has taken the place. */
  LEAVE
}
