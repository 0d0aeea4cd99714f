package dev.pounce.app;

import java.io.IOException;

/** Takes the messages that an application sends for its scope. */
@FunctionalInterface
public interface Send {

  /**
   * Sends a message, and waits while the client is slower than the application.
   *
   * <p>One thread at a time may send. The bytes of a message are read only until this returns.
   *
   * @throws ContractException if the message is not allowed here, by the rule that it names
   * @throws DisconnectedException if there is nobody to send to any more: the client has gone, or
   *     the server has given up the request
   */
  void send(Outbound message) throws IOException;
}
