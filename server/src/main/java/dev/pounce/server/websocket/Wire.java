package dev.pounce.server.websocket;

import dev.pounce.app.Headers;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What carries one WebSocket: a connection of HTTP/1.1, or a stream of HTTP/2. One thread reads at
 * a time, and one writes; not always the same.
 */
public interface Wire extends Inflow, Outflow {

  /** The number of the stream that it is on an HTTP/2 connection; 0 where there are no streams. */
  int streamId();

  /** The status that opens a WebSocket: 101, or 200 over HTTP/2 (RFC 8441, section 5.1). */
  int opening();

  /**
   * Sends the head that opens the WebSocket, at once. What the protocol adds to it is the wire's to
   * add, and to keep from being the application's.
   */
  void open(Headers headers) throws IOException;

  /** Sends a whole response in the WebSocket's place, at once; the last that is sent. */
  void answer(int status, Headers headers, byte[] body) throws IOException;

  /** Ends what comes behind what has come by now: a reader that waits is woken. Never waits. */
  void endInput();

  /** Tells the client that nothing more will come. */
  void endOutput();

  /** Why the server has ended the wire from elsewhere, or null if it has not. */
  @Nullable Throwable severed();

  /** Runs what may wait, on a thread of its own. */
  void start(Runnable task);
}
