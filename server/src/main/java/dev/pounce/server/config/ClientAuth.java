package dev.pounce.server.config;

/** Whether clients of a server that speaks TLS show certificates. */
public enum ClientAuth {
  /** They are not asked to. */
  NONE,
  /** They are asked; those that have none are served too. */
  OPTIONAL,
  /** Those that have none are refused. */
  REQUIRED
}
