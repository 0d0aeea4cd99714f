package dev.pounce.server.websocket;

import static dev.pounce.server.websocket.Message.Close.ABNORMAL;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a WebSocket ends (RFC 6455, section 7.1): what each side has said, and when the stream may be
 * closed. It is told facts, after they have happened, by any thread; each that has told one asks
 * then whether all is {@linkplain #isOver over}, and so the last of them finds out. Times are those
 * of {@link System#nanoTime()}.
 *
 * <pre>
 *   open ──sent──▶ sent ──received, or patience──▶ over
 *   open ──received──▶ received ──sent, or patience──▶ over
 *   failed, sent ──▶ over         lost ──▶ over
 * </pre>
 */
public final class Closing {

  private final long patience;
  private boolean sent;
  private boolean failed;
  private Message.@Nullable Close received;

  /** When the first of the two happened. */
  private long since;

  /**
   * Makes that of an open WebSocket.
   *
   * @param patience how long the second half of the close may take
   */
  public Closing(Duration patience) {
    this.patience = patience.toNanos();
  }

  /** Whether neither side has said its last. */
  public synchronized boolean isOpen() {
    return !sent && !failed && received == null;
  }

  /** The server's close frame has been written. */
  public synchronized void sent(long now) {
    begin(now);
    sent = true;
  }

  /**
   * The client's close frame has come, or the end of its stream.
   *
   * @return what is to be sent now: the same code; null if the server's own has been sent, or
   *     nobody is there
   */
  public synchronized Message.@Nullable Close received(Message.Close close, long now) {
    begin(now);
    if (received == null) {
      received = close;
    }
    return sent || close.code() == ABNORMAL ? null : new Message.Close(close.code(), "");
  }

  /**
   * The client has broken a rule: what it says no longer matters, its close frame neither.
   *
   * @return what is to be sent now; null if the server's close frame has been sent
   */
  public synchronized Message.@Nullable Close failed(Failure failure, long now) {
    begin(now);
    failed = true;
    if (received == null) {
      received = new Message.Close(ABNORMAL, failure.reason());
    }
    return sent ? null : failure.close();
  }

  private void begin(long now) {
    if (isOpen()) {
      since = now;
    }
  }

  /** Whether the stream may be closed. */
  public synchronized boolean isOver(long now) {
    boolean lost = received != null && received.code() == ABNORMAL && !failed;
    return lost || sent && received != null || !isOpen() && now - since >= patience;
  }

  /**
   * What the application is told: the client's code and reason, {@link Message.Close#ABNORMAL} if
   * it has said none.
   */
  public synchronized Message.Close outcome() {
    return received == null ? new Message.Close(ABNORMAL, "") : received;
  }
}
