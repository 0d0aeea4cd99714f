package dev.pounce.server.websocket;

import static dev.pounce.server.websocket.Message.Close.ABNORMAL;

import dev.pounce.server.config.ServerConfig;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An open WebSocket: what the two sides say to each other until one of them is gone.
 *
 * <p>Whoever holds {@code reading} reads, as a rule the application's thread, straight off the
 * wire. While nobody has for a while, {@link #tick} has a watcher do it, so that pings are answered
 * and a close is noticed: it keeps one message for whoever reads next, and then stops. So a client
 * that sends more than the application takes is held back by its own full socket.
 *
 * <p>Control frames are answered by whoever reads them, with the lock held, and so may wait for a
 * write under way; that is bounded by the wire's own limit. {@code last} is set, once, by the
 * reader that finds the end of what the client has to say; nothing is read after it.
 */
final class Conversation {

  private static final Logger LOGGER = System.getLogger("pounce");
  private static final Duration WATCH_AFTER = Duration.ofMillis(50);

  /** How long the second half of a close may take. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int GOING_AWAY = 1001;
  private static final int TROUBLE = 1011;

  private final Wire wire;
  private final Reader reader;
  private final Writer writer;
  private final Closing closing = new Closing(PATIENCE);
  private final Pulse pulse;
  private final ReentrantLock reading = new ReentrantLock();
  private final AtomicBoolean watched = new AtomicBoolean();
  private final AtomicBoolean leaving = new AtomicBoolean();

  /** What a watcher has read for the next reader. */
  private volatile @Nullable Message held;

  private volatile Message.@Nullable Close last;
  private volatile @Nullable Failure failure;

  /** When somebody has last stopped reading. */
  private volatile long released;

  /** Whether anything has come since the last tick. */
  private volatile boolean heard;

  /** Whether the server has said its last: what else the client says is dropped. */
  private volatile boolean closed;

  /** Whether either side has taken its leave. */
  private volatile boolean parted;

  private volatile boolean silent;

  Conversation(Wire wire, ServerConfig config, @Nullable Compression compression, long now) {
    this.wire = wire;
    this.reader =
        new Reader(this::hear, (int) config.websocketMaxMessageSize().bytes(), compression);
    this.writer = new Writer(wire, compression);
    this.pulse = new Pulse(config.websocketPingInterval(), config.websocketPingTimeout(), now);
    this.released = now;
  }

  private int hear(byte[] octets, int from, int to) throws IOException {
    int count = wire.read(octets, from, to);
    if (!heard) {
      heard = true;
    }
    return count;
  }

  /** Waits for the client's next message; gives a close, again and again, after the last. */
  Message next() {
    reading.lock();
    try {
      Message kept = held;
      held = null;
      return kept == null || closed ? read() : kept;
    } finally {
      release();
    }
  }

  private void release() {
    released = System.nanoTime();
    reading.unlock();
  }

  /** With the lock held: the next message, or the outcome when there is none any more. */
  private Message read() {
    while (last == null) {
      switch (frame()) {
        case Message.Ping ping -> pong(ping);
        case Message.Pong _ -> {}
        case Message.Close close -> received(close);
        case Message message when closed -> {}
        case Message message -> {
          return message;
        }
      }
    }
    return outcome();
  }

  private Message frame() {
    try {
      return reader.read();
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "the client is gone", e);
      return new Message.Close(ABNORMAL, "");
    } catch (Failure e) {
      return failed(e);
    } catch (RuntimeException | Error e) { // such as no memory for a message: none is read after it
      last = new Message.Close(ABNORMAL, "");
      throw e;
    }
  }

  private void pong(Message.Ping ping) {
    try {
      writer.pong(ping.octets());
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "the client is gone", e);
    }
  }

  private void received(Message.Close close) {
    parted |= close.code() != ABNORMAL;
    answer(closing.received(close, System.nanoTime()));
    last = close;
  }

  private Message failed(Failure broken) {
    failure = broken;
    answer(closing.failed(broken, System.nanoTime()));
    return new Message.Close(ABNORMAL, broken.reason());
  }

  private void answer(Message.@Nullable Close close) {
    try {
      if (close != null) {
        close(close);
      }
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "the client is gone", e);
    }
    endIfOver();
  }

  private void endIfOver() {
    if (closing.isOver(System.nanoTime())) {
      wire.endOutput();
    }
  }

  /** What became of it, for the application. */
  private Message.Close outcome() {
    Message.Close told = closing.outcome();
    return told.code() == ABNORMAL && leaving.get() ? new Message.Close(GOING_AWAY, "") : told;
  }

  /**
   * Sends a text.
   *
   * @return false if it is too late: a close frame has been sent
   */
  boolean text(String text) throws IOException {
    return writer.text(text);
  }

  /** Sends octets, as {@link #text}. */
  boolean binary(byte[] octets) throws IOException {
    return writer.binary(octets);
  }

  /**
   * Sends a close frame.
   *
   * @return false if one has been sent before
   */
  boolean close(Message.Close close) throws IOException {
    if (!writer.close(close)) {
      return false;
    }
    closed = true;
    parted = true;
    closing.sent(System.nanoTime());
    endIfOver();
    return true;
  }

  /**
   * Closes, unless that has been done, and waits for the client to do so; the last that is done.
   */
  void finish(Message.Close close) {
    answer(close);
    closed = true;
    if (closing.isOpen()) { // a frame could not be sent, and so the close could not either
      wire.endInput();
    }
    reading.lock();
    try {
      read();
      reader.end();
    } finally {
      release();
    }
    writer.end();
  }

  /**
   * Looks after it. Never waits.
   *
   * @param away whether the server is about to go away
   */
  void tick(boolean away, long now) {
    if (last != null) {
      return;
    }
    if (closing.isOver(now)) {
      wire.endInput();
    }
    if (mayWatch(now) && watched.compareAndSet(false, true)) {
      wire.start(this::watch);
    }
    if (closing.isOpen()) {
      if (away && leaving.compareAndSet(false, true)) {
        wire.start(() -> answer(new Message.Close(GOING_AWAY, "")));
      }
      beat(now);
    }
  }

  private boolean mayWatch(long now) {
    return (held == null || closed)
        && !reading.isLocked()
        && now - released >= WATCH_AFTER.toNanos();
  }

  /** Reads until there is something for the application. */
  private void watch() {
    try {
      if (reading.tryLock()) {
        try {
          if (held == null || closed) {
            Message message = read();
            held = message instanceof Message.Close ? null : message;
          }
        } finally {
          release();
        }
      }
    } finally {
      watched.set(false);
    }
  }

  /** A client whose message has not been taken is not to blame for silence. */
  private void beat(long now) {
    boolean alive = heard || held != null;
    heard = false;
    switch (pulse.look(alive, now)) {
      case NOTHING -> {}
      case PING -> wire.start(this::ping);
      case DEAD -> {
        if (!silent) {
          silent = true;
          wire.start(this::giveUp);
        }
      }
    }
  }

  private void ping() {
    try {
      writer.ping(new byte[0]);
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "the client is gone", e);
    }
  }

  private void giveUp() {
    try {
      answer(new Message.Close(TROUBLE, "no answer to a ping"));
    } finally {
      wire.endInput();
    }
  }

  /** Whether neither side has taken its leave. */
  boolean isOpen() {
    return closing.isOpen();
  }

  /** Whether one of them has, and so the other knows that nothing is missing. */
  boolean isWhole() {
    return parted && !silent;
  }

  /** Whether the client has not answered a ping. */
  boolean isSilent() {
    return silent;
  }

  /** What the client did wrong, or null. */
  @Nullable Failure failure() {
    return failure;
  }

  /** How many octets the messages had that were sent. */
  long sent() {
    return writer.sent();
  }
}
