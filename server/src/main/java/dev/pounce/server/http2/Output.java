package dev.pounce.server.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.pounce.app.DisconnectedException;
import dev.pounce.app.Headers;
import dev.pounce.observe.RequestId;
import dev.pounce.server.exchange.BuiltIn.Page;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.Timer.Phase;
import dev.pounce.server.listen.Carrier;
import dev.pounce.server.listen.Packets;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The frames on their way out of a connection, of all its streams.
 *
 * <p>Whoever has something to send appends it to a buffer, with the lock held and without waiting
 * for the socket. One of them is the writer at a time: it takes the whole buffer, lets go of the
 * lock, writes, and does so again until nothing is left. The others go on: what they append while
 * it writes is its next write. A writer steps back once before its first one, so that the streams
 * whose threads are ready to run append theirs, too, and a hundred answers leave in one write.
 * After some rounds it passes the task on to a thread of its own, so that no application works for
 * others for long.
 *
 * <p>The lock guards all that is here, the windows of the streams, and the encoder, whose blocks
 * have to leave in the order in which they were made. A body's piece waits in turn, first come
 * first served: for its stream's window, for the connection's, for room. Each takes one frame, and
 * goes to the end of the queue for the next; that is what fairness between streams is here.
 * Everything else is appended at once: it is small, and bounded by how many streams there may be
 * and by what {@link #checkBacklog} looks at.
 *
 * <p>An exchange is over, and logged, when its last octet has been written. So an exchange that has
 * ended joins what the writer has to complete after its next write.
 */
final class Output {

  /** What is written in one call at most, and what bodies may fill. */
  private static final int SIZE = 64 * 1024;

  /** What may wait for the peer beside bodies: it asks for more and takes nothing. */
  private static final int BACKLOG = 4 * SIZE;

  /** A frame for less than this is not worth its while, if more can be sent later. */
  private static final int LEAST = 1024;

  private static final int ROUNDS = 16;
  private static final int SCRATCH = 8 * 1024;
  private static final int FIXED_FIELDS = 512;

  private static final Packets PACKETS = new Packets(SIZE);

  private final Session session;
  private final Link link;
  private final int hint;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final Condition opened = lock.newCondition();
  private final FieldBlock fields;
  private final Settings peer = new Settings();
  private final Window receipt = new Window(Session.WINDOW);

  private @Nullable ByteBuffer buffer;
  private int length;
  private long appended;
  private volatile long written;
  private volatile long writingSince;
  private long window = Settings.DEFAULT_WINDOW;
  private boolean writing;
  private boolean concluding;
  private volatile boolean concluded;
  private @Nullable IOException broken;
  private @Nullable Stream ended;

  Output(Session session, Link link) {
    this.session = session;
    this.link = link;
    this.hint = (int) link.number();
    this.fields = new FieldBlock(link);
  }

  void lock() {
    lock.lock();
  }

  void unlock() {
    lock.unlock();
  }

  /** How many octets have been appended since the connection began; with the lock held. */
  long appended() {
    return appended;
  }

  /** How many of them the kernel has taken. Any thread. */
  long written() {
    return written;
  }

  /** Since when a write is under way, or 0. Any thread. */
  long writingSince() {
    return writingSince;
  }

  /** Has what has gathered written, by the caller unless somebody is at it already. */
  void flush() {
    lock.lock();
    try {
      if (length > 0 && !writing) {
        write(session.isBusy());
      }
    } finally {
      lock.unlock();
    }
  }

  /** An exchange has ended: it is completed when all that it has sent is written. */
  void finish(Stream stream) {
    lock.lock();
    try {
      stream.end();
      stream.next = ended;
      ended = stream;
      if (!writing) {
        write(false);
      }
    } finally {
      lock.unlock();
    }
  }

  /** With the lock held, which it lets go of in between; nobody else writes. */
  private void write(boolean stepsBack) {
    writing = true;
    if (stepsBack) {
      lock.unlock();
      Thread.yield();
      lock.lock();
    }
    int rounds = 0;
    while (length > 0 || ended != null) {
      if (++rounds > ROUNDS) {
        Carrier.thread(this::goOn).start();
        return;
      }
      ByteBuffer out = length > 0 ? Objects.requireNonNull(buffer).clear().limit(length) : null;
      Stream done = ended;
      long end = appended;
      if (out != null) {
        buffer = null;
        length = 0;
      }
      ended = null;
      room.signalAll();
      lock.unlock();
      try {
        put(out, end);
        complete(done, out == null ? new byte[SCRATCH] : out.array());
      } finally {
        lock.lock();
      }
      if (out != null && out.capacity() == SIZE) {
        PACKETS.give(hint, out);
      }
    }
    writing = false;
    if (concluding && !concluded) {
      concluded = true;
      lock.unlock();
      try {
        link.conclude();
      } finally {
        lock.lock();
      }
    }
  }

  /** When all is written, nothing more will be. */
  void conclude() {
    lock.lock();
    try {
      concluding = true;
      if (!writing) {
        write(false);
      }
    } finally {
      lock.unlock();
    }
  }

  private void goOn() {
    lock.lock();
    try {
      write(false);
    } finally {
      lock.unlock();
    }
  }

  /** Without the lock, for the writer. An interrupt is the application's, not the connection's. */
  private void put(@Nullable ByteBuffer out, long end) {
    if (out == null || broken != null || concluded) {
      return;
    }
    boolean interrupted = false;
    int limit = out.limit();
    try {
      while (out.position() < limit) {
        writingSince = System.nanoTime();
        out.limit(Math.min(limit, out.position() + SIZE));
        try {
          link.transport().write(out);
        } catch (InterruptedIOException e) {
          interrupted |= Thread.interrupted();
        }
      }
      written = end;
    } catch (IOException e) {
      fail(e);
    } finally {
      writingSince = 0;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void complete(@Nullable Stream done, byte[] scratch) {
    byte[] room = scratch;
    for (Stream stream = done; stream != null; stream = stream.next) {
      room = stream.complete(room);
    }
  }

  /** Nothing can be sent any more: whoever waits is told so. Any thread. */
  void fail(IOException why) {
    lock.lock();
    try {
      if (broken == null) {
        broken = why;
      }
      room.signalAll();
      opened.signalAll();
    } finally {
      lock.unlock();
    }
    link.transport().cut();
  }

  private void check(Stream stream) throws IOException {
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
      lock.lock();
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
        advance(head(0, Frame.DATA, Frame.END_STREAM, stream.id()));
        stream.closeWhole();
      }
    } finally {
      lock.unlock();
    }
  }

  private void data(Stream stream, byte[] body, int at, int count, boolean last) {
    int flags = last ? Frame.END_STREAM : 0;
    int start = head(count, Frame.DATA, flags, stream.id());
    System.arraycopy(body, at, array(), start, count);
    advance(start + count);
    window -= count;
    stream.window -= count;
    if (last) {
      stream.closeWhole();
    }
  }

  /** Waits until some of so many octets may be sent, and tells how many. */
  private int awaitTurn(Stream stream, int wanted) throws IOException {
    boolean waits = false;
    while (true) {
      check(stream);
      long open = Math.min(window, stream.window);
      int space = SIZE - length - Frame.HEAD;
      if ((wanted == 0 || open > 0) && space >= Math.min(wanted, LEAST)) {
        if (waits) {
          stream.enter(Phase.STREAM);
        }
        int count = (int) Math.min(Math.min(wanted, peer.frameLimit()), Math.min(open, space));
        if (window > count) {
          opened.signal(); // who waits next for the connection's window may have the rest of it
        }
        return count;
      }
      if (length > 0 && !writing) {
        write(false);
      } else {
        if (!waits) {
          waits = true;
          stream.enter(Phase.WRITE);
        }
        await(stream.window <= 0 ? stream.opened(lock) : open <= 0 ? opened : room);
      }
    }
  }

  @SuppressWarnings("WaitNotInLoop") // the callers loop
  private void await(Condition condition) throws InterruptedIOException {
    try {
      condition.await();
    } catch (InterruptedException e) {
      opened.signal(); // it may have been its turn
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while it waited for the client");
    }
  }

  /** Appends a response's head. With the lock held. */
  void head(
      Stream stream, int status, Headers headers, RequestId id, long contentLength, boolean last)
      throws IOException {
    check(stream);
    int start = reserve(Frame.HEAD + FIXED_FIELDS + FieldBlock.size(headers)) + Frame.HEAD;
    int end = fields.response(status, headers, id, contentLength, array(), start);
    block(stream, start, end, last);
  }

  /** Tells a client that waits for it to send the body. */
  void proceed(Stream stream) throws IOException {
    lock.lock();
    try {
      check(stream);
      int start = reserve(Frame.HEAD + FIXED_FIELDS) + Frame.HEAD;
      block(stream, start, fields.proceed(array(), start), false);
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
    byte[] rest = size > limit ? Arrays.copyOfRange(array(), start + limit, end) : null;
    int first = Math.min(size, limit);
    Frame.head(
        first,
        Frame.HEADERS,
        rest == null ? flags | Frame.END_HEADERS : flags,
        stream.id(),
        array(),
        start - Frame.HEAD);
    advance(start + first);
    for (int at = 0; rest != null && at < rest.length; at += limit) {
      int count = Math.min(limit, rest.length - at);
      boolean finished = at + count == rest.length;
      int to = head(count, Frame.CONTINUATION, finished ? Frame.END_HEADERS : 0, stream.id());
      System.arraycopy(rest, at, array(), to, count);
      advance(to + count);
    }
    if (last) {
      stream.closeWhole();
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
    boolean fits = body.length <= Math.min(Math.min(window, stream.window), Frame.PAYLOAD_LIMIT);
    boolean bare = method.equals("HEAD") || !fits;
    head(stream, page.status(), page.headers(), id, fits ? body.length : 0, bare);
    if (!bare) {
      reserve(Frame.HEAD + body.length);
      data(stream, body, 0, body.length, true);
    }
    return bare ? 0 : body.length;
  }

  /** Ends a stream; with the lock held. */
  void reset(Stream stream, ErrorCode code) {
    stream.close();
    reset(stream.id(), code);
    stream.wake();
    opened.signalAll();
    room.signalAll();
  }

  /** Wakes whoever sends on a stream that the peer has ended. Any thread. */
  void wake(Stream stream) {
    lock.lock();
    try {
      stream.close();
      stream.wake();
      opened.signalAll();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends a stream that is not served. */
  void reset(int stream, ErrorCode code) {
    lock.lock();
    try {
      control(Frame.RST_STREAM, 0, stream, code.ordinal());
    } finally {
      lock.unlock();
    }
  }

  /** The server's settings, and how much may be sent beyond what is the rule. */
  void begin(int streams, int headerLimit) {
    lock.lock();
    try {
      int at = head(5 * Settings.SIZE, Frame.SETTINGS, 0, 0);
      byte[] target = array();
      at = Settings.put(Settings.MAX_CONCURRENT_STREAMS, streams, target, at);
      at = Settings.put(Settings.INITIAL_WINDOW_SIZE, Stream.WINDOW, target, at);
      at = Settings.put(Settings.MAX_HEADER_LIST_SIZE, headerLimit, target, at);
      at = Settings.put(Settings.ENABLE_CONNECT_PROTOCOL, 1, target, at);
      advance(Settings.put(Settings.NO_RFC7540_PRIORITIES, 1, target, at));
      control(Frame.WINDOW_UPDATE, 0, 0, Session.WINDOW - Settings.DEFAULT_WINDOW);
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
      for (Stream stream : session.streams()) {
        stream.window += change;
        if (stream.window > Integer.MAX_VALUE) {
          throw ConnectionError.of(
              ErrorCode.FLOW_CONTROL_ERROR, "SETTINGS_INITIAL_WINDOW_SIZE overflows a window");
        }
        stream.wake();
      }
      opened.signalAll();
      room.signalAll();
      advance(head(0, Frame.SETTINGS, Frame.ACK, 0));
    } finally {
      lock.unlock();
    }
  }

  /** How much of a body a new stream may send. */
  int initialWindow() {
    lock.lock();
    try {
      return peer.window();
    } finally {
      lock.unlock();
    }
  }

  void ping(long opaque, boolean ack) {
    lock.lock();
    try {
      int at = head(Long.BYTES, Frame.PING, ack ? Frame.ACK : 0, 0);
      at = Frame.put((int) (opaque >>> 32), array(), at);
      advance(Frame.put((int) opaque, array(), at));
    } finally {
      lock.unlock();
    }
  }

  void goAway(int last, ErrorCode code, String reason) {
    lock.lock();
    try {
      byte[] text = reason.getBytes(ISO_8859_1);
      int at = head(2 * Integer.BYTES + text.length, Frame.GOAWAY, 0, 0);
      at = Frame.put(last, array(), at);
      at = Frame.put(code.ordinal(), array(), at);
      System.arraycopy(text, 0, array(), at, text.length);
      advance(at + text.length);
    } finally {
      lock.unlock();
    }
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
      opened.signal();
    } finally {
      lock.unlock();
    }
  }

  /** The peer takes more on this stream. */
  void open(Stream stream, int octets) throws StreamError {
    lock.lock();
    try {
      stream.window += octets;
      if (stream.window > Integer.MAX_VALUE) {
        throw new StreamError(
            stream.id(), ErrorCode.FLOW_CONTROL_ERROR, "WINDOW_UPDATE overflows the window");
      }
      stream.wake();
    } finally {
      lock.unlock();
    }
  }

  /** Octets of bodies have come, which count even where their stream has ended. */
  void received(@Nullable Stream stream, int octets) throws ConnectionError, StreamError {
    lock.lock();
    try {
      if (!receipt.take(octets)) {
        throw ConnectionError.of(
            ErrorCode.FLOW_CONTROL_ERROR, "more octets than the connection's window allows");
      }
      if (stream != null && !stream.receipt().take(octets)) {
        throw new StreamError(
            stream.id(), ErrorCode.FLOW_CONTROL_ERROR, "more octets than the window allows");
      }
    } finally {
      lock.unlock();
    }
  }

  /** The application has taken octets of a body, or nobody will: the peer may send more. */
  void consumed(@Nullable Stream stream, int octets) {
    lock.lock();
    try {
      int told = receipt.give(octets);
      if (told > 0) {
        control(Frame.WINDOW_UPDATE, 0, 0, told);
      }
      int toldOfStream = stream == null || stream.isClosed() ? 0 : stream.receipt().give(octets);
      if (stream != null && toldOfStream > 0) {
        control(Frame.WINDOW_UPDATE, 0, stream.id(), toldOfStream);
      }
      if (told + toldOfStream > 0 && !writing) {
        write(false);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Looks whether the peer takes what it asks for.
   *
   * @throws ConnectionError if much is there that it does not take
   */
  void checkBacklog() throws ConnectionError {
    lock.lock();
    try {
      if (length > BACKLOG) {
        throw ConnectionError.calm(Refusal.rate("answers to frames are not taken"));
      }
    } finally {
      lock.unlock();
    }
  }

  private void control(int type, int flags, int stream, int number) {
    int at = head(Integer.BYTES, type, flags, stream);
    advance(Frame.put(number, array(), at));
  }

  /** Writes a frame's head where there is room for all of it, and returns where that is. */
  private int head(int payload, int type, int flags, int stream) {
    int at = reserve(Frame.HEAD + payload);
    return Frame.head(payload, type, flags, stream, array(), at);
  }

  private int reserve(int count) {
    ByteBuffer current = buffer;
    if (current == null) {
      current = count <= SIZE ? PACKETS.take(hint) : ByteBuffer.allocate(count);
    } else if (current.capacity() - length < count) {
      ByteBuffer larger =
          ByteBuffer.allocate(Math.max(2 * current.capacity(), length + count))
              .put(current.array(), 0, length);
      if (current.capacity() == SIZE) {
        PACKETS.give(hint, current);
      }
      current = larger;
    }
    buffer = current;
    return length;
  }

  private byte[] array() {
    return Objects.requireNonNull(buffer).array();
  }

  private void advance(int newLength) {
    appended += newLength - length;
    length = newLength;
  }
}
