package dev.pounce.server.websocket;

import java.io.EOFException;
import java.io.IOException;

/**
 * The octets that come from a client. The reader asks for just what it needs, two at a time where a
 * frame begins, so that it holds nothing while it waits: whoever implements this buffers.
 */
@FunctionalInterface
public interface Inflow {

  /**
   * Waits for octets.
   *
   * @param octets where they go, from {@code from} to before {@code to}, at least one
   * @return how many came, at least one; -1 at the end of the stream
   */
  int read(byte[] octets, int from, int to) throws IOException;

  /**
   * Waits for just as many octets as there is room for.
   *
   * @throws EOFException if the stream ends before
   */
  default void fill(byte[] octets, int from, int to) throws IOException {
    while (from < to) {
      from += some(octets, from, to);
    }
  }

  /**
   * Waits for octets, and the end of the stream is an error.
   *
   * @return how many came, at least one
   * @throws EOFException if the stream ends
   */
  default int some(byte[] octets, int from, int to) throws IOException {
    int count = read(octets, from, to);
    if (count < 0) {
      throw new EOFException();
    }
    return count;
  }
}
