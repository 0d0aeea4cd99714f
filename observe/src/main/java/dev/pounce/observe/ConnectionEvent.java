package dev.pounce.observe;

/** An event of one connection. */
public sealed interface ConnectionEvent extends LifecycleEvent
    permits ConnectionOpened,
        RequestStarted,
        ResponseCompleted,
        RequestFailed,
        RequestRejected,
        ClientDisconnected,
        ConnectionCompleted {

  /**
   * The connection it happened on.
   *
   * @return its number, unlike any other of the process
   */
  long connectionId();
}
