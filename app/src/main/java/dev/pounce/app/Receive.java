package dev.pounce.app;

/** Gives an application the messages that come in for its scope. */
@FunctionalInterface
public interface Receive {

  /**
   * Waits for the next message.
   *
   * <p>For an {@link HttpScope}: {@link HttpRequest} messages until one has {@code moreBody ==
   * false}; every later call waits until the client is gone or the response is complete and then
   * gives {@link HttpDisconnect}. A body that is cut short, malformed or larger than the server
   * takes gives {@link HttpDisconnect} too. Never null, and never throws because of the client.
   *
   * <p>For a {@link WebSocketScope}: {@link WebSocketConnect}; after {@link WebSocketAccept},
   * {@link WebSocketReceive} messages; and {@link WebSocketDisconnect} when it is over, at every
   * later call too.
   *
   * <p>One thread at a time may wait here. It need not be the thread that sends.
   */
  Inbound receive();
}
