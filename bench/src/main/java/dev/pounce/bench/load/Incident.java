package dev.pounce.bench.load;

import dev.pounce.bench.load.Asked.Fate;

/**
 * Something done to a server that may cost requests. Times are by {@link System#nanoTime}, and the
 * first is taken before it is done.
 */
sealed interface Incident {

  /** What a request that was not answered right can be put down to. */
  enum Cause {
    KILLED("cut: its worker was killed"),
    KILLED_UNSEEN("cut: first on its connection, which a worker had that was killed"),
    CLOSED("cut: sent after the drain had begun"),
    REFUSED("refused: the server drained");

    private final String text;

    Cause(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** Whether a request that was not answered right can be put down to this. */
  boolean explains(Asked asked);

  Cause cause(Asked asked);

  /** A process was killed. */
  record Kill(long pid, long begun, long dead) implements Incident {
    @Override
    public boolean explains(Asked asked) {
      boolean meanwhile = begun <= asked.ended() && asked.opened() <= dead;
      return asked.fate() == Fate.CUT && meanwhile && (asked.isFirst() || asked.pid() == pid);
    }

    @Override
    public Cause cause(Asked asked) {
      return asked.isFirst() ? Cause.KILLED_UNSEEN : Cause.KILLED;
    }
  }

  /**
   * A server was told to stop, and another one started in its place.
   *
   * @param gone when the process had ended
   */
  record Drain(long begun, long gone) implements Incident {
    @Override
    public boolean explains(Asked asked) {
      return asked.opened() <= gone
          && switch (asked.fate()) {
            case ANSWERED, WRONG -> false;
            case REFUSED -> begun <= (asked.isFirst() ? asked.ended() : asked.sent());
            case CUT -> begun <= asked.sent();
          };
    }

    @Override
    public Cause cause(Asked asked) {
      return asked.fate() == Fate.REFUSED ? Cause.REFUSED : Cause.CLOSED;
    }
  }
}
