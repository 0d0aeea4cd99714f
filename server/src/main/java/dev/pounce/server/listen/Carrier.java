package dev.pounce.server.listen;

/**
 * Chooses the thread that carries a connection: a virtual thread of the JDK's own scheduler. The
 * blocking calls that it waits in are in {@link Transport}, so that both can change together.
 */
public final class Carrier {

  private static final Thread.Builder.OfVirtual BUILDER =
      Thread.ofVirtual().inheritInheritableThreadLocals(false);

  private Carrier() {}

  /** A thread for the task; not started. */
  public static Thread thread(Runnable task) {
    return BUILDER.unstarted(task);
  }
}
