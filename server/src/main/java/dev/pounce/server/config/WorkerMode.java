package dev.pounce.server.config;

/** Where workers are. */
public enum WorkerMode {
  /** All in one JVM. */
  THREAD,
  /** Each in a JVM of its own, started and watched over by one that serves nothing itself. */
  PROCESS
}
