package dev.pounce.server.http2;

import dev.pounce.app.DisconnectedException;
import dev.pounce.app.Headers;
import dev.pounce.observe.RequestId;
import dev.pounce.server.exchange.BuiltIn.Page;
import dev.pounce.server.exchange.Timer.Phase;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The frames on their way out of a connection, of all its streams, through its {@link Outbox}.
 *
 * <p>The outbox's lock guards all that is here, the windows of the streams, and the encoder, whose
 * blocks have to leave in the order in which they were made. A body's piece waits in turn, first
 * come first served: for its stream's window, for the connection's, for room. Each takes one frame,
 * and goes to the end of the queue for the next; that is what fairness between streams is here.
 * Everything else is appended at once: it is small, and bounded by how many streams there may be.
 */
final class Output {

  /** A frame for less than this is not worth its while, if more can be sent later. */
  private static final int LEAST = 1024;

  private static final int FIXED_FIELDS = 512;

  private final Streams streams;
  private final Outbox out;
  private final ReentrantLock lock;
  private final FieldBlock fields;
  private final Settings peer = new Settings();
  private long window = Settings.DEFAULT_WINDOW;

  Output(Streams streams, Outbox out, Link link) {
    this.streams = streams;
    this.out = out;
    this.lock = out.lock();
    this.fields = new FieldBlock(link);
  }

  void lock() {
    out.enter();
  }

  void unlock() {
    lock.unlock();
  }

  /** How many octets have been appended since the connection began; with the lock held. */
  long appended() {
    return out.appended();
  }

  /** How many of them the kernel has taken. Any thread. */
  long written() {
    return out.written();
  }

  /** Has what has gathered written, by the caller unless somebody is at it already. */
  void flush() {
    out.flush(streams.isBusy());
  }

  private void check(Stream stream) throws IOException {
    IOException broken = out.broken();
    if (broken != null) {
      throw broken;
    }
    if (stream.isClosed()) {
      throw new DisconnectedException("the stream is closed");
    }
  }

  /**
   * Sends a piece of a body; waits for the windows and for room.
   *
   * @param exchange is told what is on its way, if there is one
   * @param last whether the stream ends with it
   * @throws InterruptedIOException if the thread is interrupted while it waits
   */
  void data(
      Stream stream, @Nullable Http2Exchange exchange, byte[] body, int from, int to, boolean last)
      throws IOException {
    int at = from;
    boolean whole;
    do {
      lock.lock(); // behind those who wait
      try {
        int count = awaitTurn(stream, to - at);
        whole = at + count == to;
        data(stream, body, at, count, last && whole);
        if (exchange != null) {
          exchange.queued(count);
        }
        at += count;
      } finally {
        lock.unlock();
      }
    } while (!whole);
  }

  /** Says that nothing more comes on a stream, unless that is known. Never waits. */
  void end(Stream stream) {
    lock.lock();
    try {
      if (!stream.isClosed()) {
        out.advance(out.head(0, Frame.DATA, Frame.END_STREAM, stream.id()));
        stream.sending().closeWhole();
      }
    } finally {
      lock.unlock();
    }
  }

  private void data(Stream stream, byte[] body, int at, int count, boolean last) {
    int flags = last ? Frame.END_STREAM : 0;
    int start = out.head(count, Frame.DATA, flags, stream.id());
    System.arraycopy(body, at, out.array(), start, count);
    out.advance(start + count);
    window -= count;
    stream.sending().spend(count);
    if (last) {
      stream.sending().closeWhole();
    }
  }

  /** Waits until some of so many octets may be sent, and tells how many. */
  private int awaitTurn(Stream stream, int wanted) throws IOException {
    Sending sending = stream.sending();
    boolean waits = false;
    while (true) {
      check(stream);
      long open = Math.min(window, sending.window());
      int space = Outbox.SIZE - out.length() - Frame.HEAD;
      if ((wanted == 0 || open > 0) && space >= Math.min(wanted, LEAST)) {
        if (waits) {
          stream.enter(Phase.STREAM);
        }
        int count = (int) Math.min(Math.min(wanted, peer.frameLimit()), Math.min(open, space));
        if (window > count) {
          out.opened()
              .signal(); // who waits next for the connection's window may have the rest of it
        }
        return count;
      }
      if (out.length() > 0 && !out.isWriting()) {
        out.writeOnce();
      } else {
        if (!waits) {
          waits = true;
          stream.enter(Phase.WRITE);
        }
        await(sending.window() <= 0 ? sending.opened(lock) : open <= 0 ? out.opened() : out.room());
      }
    }
  }

  @SuppressWarnings("WaitNotInLoop") // the callers loop
  private void await(Condition condition) throws InterruptedIOException {
    try {
      condition.await();
    } catch (InterruptedException e) {
      out.opened().signal(); // it may have been its turn
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while it waited for the client");
    }
  }

  /** Appends a response's head. With the lock held. */
  void head(
      Stream stream, int status, Headers headers, RequestId id, long contentLength, boolean last)
      throws IOException {
    check(stream);
    int start = out.reserve(Frame.HEAD + FIXED_FIELDS + FieldBlock.size(headers)) + Frame.HEAD;
    int end = fields.response(status, headers, id, contentLength, out.array(), start);
    block(stream, start, end, last);
  }

  /** Tells a client that waits for it to send the body. */
  void proceed(Stream stream) throws IOException {
    lock.lock();
    try {
      check(stream);
      int start = out.reserve(Frame.HEAD + FIXED_FIELDS) + Frame.HEAD;
      block(stream, start, fields.proceed(out.array(), start), false);
    } finally {
      lock.unlock();
    }
    flush();
  }

  /** Frames a block that has been written at {@code start}, with room for a frame's head before. */
  private void block(Stream stream, int start, int end, boolean last) {
    int limit = peer.frameLimit();
    int flags = last ? Frame.END_STREAM : 0;
    int size = end - start;
    byte[] rest = size > limit ? Arrays.copyOfRange(out.array(), start + limit, end) : null;
    int first = Math.min(size, limit);
    Frame.head(
        first,
        Frame.HEADERS,
        rest == null ? flags | Frame.END_HEADERS : flags,
        stream.id(),
        out.array(),
        start - Frame.HEAD);
    out.advance(start + first);
    for (int at = 0; rest != null && at < rest.length; at += limit) {
      int count = Math.min(limit, rest.length - at);
      boolean finished = at + count == rest.length;
      int to = out.head(count, Frame.CONTINUATION, finished ? Frame.END_HEADERS : 0, stream.id());
      System.arraycopy(rest, at, out.array(), to, count);
      out.advance(to + count);
    }
    if (last) {
      stream.sending().closeWhole();
    }
  }

  /**
   * Appends a page of the server's own, without waiting: where the windows are too small for its
   * body it goes out without. With the lock held.
   *
   * @return how much of a body it has
   */
  int page(Stream stream, Page page, String method, RequestId id) throws IOException {
    byte[] body = page.body();
    long open = Math.min(window, stream.sending().window());
    boolean fits = body.length <= Math.min(open, Frame.PAYLOAD_LIMIT);
    boolean bare = method.equals("HEAD") || !fits;
    head(stream, page.status(), page.headers(), id, fits ? body.length : 0, bare);
    if (!bare) {
      out.reserve(Frame.HEAD + body.length);
      data(stream, body, 0, body.length, true);
    }
    return bare ? 0 : body.length;
  }

  /** Ends a stream; with the lock held. */
  void reset(Stream stream, ErrorCode code) {
    stream.sending().close();
    reset(stream.id(), code);
    out.opened().signalAll();
    out.room().signalAll();
  }

  /** Wakes whoever sends on a stream that the peer has ended. Any thread. */
  void wake(Stream stream) {
    lock.lock();
    try {
      stream.sending().close();
      out.opened().signalAll();
      out.room().signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends a stream that is not served. */
  void reset(int stream, ErrorCode code) {
    lock.lock();
    try {
      out.control(Frame.RST_STREAM, 0, stream, code.ordinal());
    } finally {
      lock.unlock();
    }
  }

  /** The peer has said something of itself, and is told that it is known. */
  void settings(byte[] octets, int from, int to) throws ConnectionError {
    lock.lock();
    try {
      int before = peer.window();
      peer.read(octets, from, to, fields::tableLimit);
      int change = peer.window() - before;
      for (Stream stream : streams.all()) {
        if (!stream.sending().open(change)) {
          throw ConnectionError.of(
              ErrorCode.FLOW_CONTROL_ERROR, "SETTINGS_INITIAL_WINDOW_SIZE overflows a window");
        }
      }
      out.opened().signalAll();
      out.room().signalAll();
      out.advance(out.head(0, Frame.SETTINGS, Frame.ACK, 0));
    } finally {
      lock.unlock();
    }
  }

  /** How much of a body a new stream may send. For the connection's thread, which alone sets it. */
  int initialWindow() {
    return peer.window();
  }

  /** The peer takes more on all streams. */
  void open(int octets) throws ConnectionError {
    lock.lock();
    try {
      window += octets;
      if (window > Integer.MAX_VALUE) {
        throw ConnectionError.of(
            ErrorCode.FLOW_CONTROL_ERROR, "WINDOW_UPDATE overflows the window");
      }
      out.opened().signal();
    } finally {
      lock.unlock();
    }
  }

  /** The peer takes more on this stream. */
  void open(Stream stream, int octets) throws StreamError {
    lock.lock();
    try {
      if (!stream.sending().open(octets)) {
        throw new StreamError(
            stream.id(), ErrorCode.FLOW_CONTROL_ERROR, "WINDOW_UPDATE overflows the window");
      }
    } finally {
      lock.unlock();
    }
  }
}
