package dev.pounce.server.http2;

/** What becomes of a connection when a thread has done its part of reading it. */
public enum Turn {
  /** It goes on with a new thread. */
  NEXT,
  /** Another thread has gone on with it. */
  TAKEN,
  /** It has ended. */
  LAST
}
