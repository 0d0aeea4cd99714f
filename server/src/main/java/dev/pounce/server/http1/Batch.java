package dev.pounce.server.http1;

import dev.pounce.server.exchange.Journal;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges whose responses have gathered in the output: each is complete, and logged, when the
 * write that takes them has succeeded or failed. Only for the connection's thread.
 */
final class Batch {

  private @Nullable Http1Exchange first;
  private @Nullable Http1Exchange last;

  void add(Http1Exchange exchange) {
    if (last == null) {
      first = exchange;
    } else {
      last.next = exchange;
    }
    last = exchange;
  }

  boolean isEmpty() {
    return first == null;
  }

  /** Completes them all, and forgets them. */
  void complete(@Nullable Journal journal, long now, byte[] scratch) {
    for (Http1Exchange done = first; done != null; done = done.next) {
      scratch = done.complete(journal, now, scratch);
    }
    first = null;
    last = null;
  }
}
