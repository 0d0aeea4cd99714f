package dev.pounce.server.fleet;

/** What a worker process tells its supervisor. */
enum Report {
  /** The application has started. */
  READY,
  /** It has served as many requests as it may. */
  SPENT,
  /** It accepts no more connections, and each answer is its connection's last. */
  LEFT
}
