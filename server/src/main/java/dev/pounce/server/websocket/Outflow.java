package dev.pounce.server.websocket;

import java.io.IOException;

/** The octets that go to a client. */
@FunctionalInterface
public interface Outflow {

  /**
   * Sends octets at once, and waits until the array can be used again.
   *
   * @param octets what is sent, from {@code from} to before {@code to}
   */
  void write(byte[] octets, int from, int to) throws IOException;
}
