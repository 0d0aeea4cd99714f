package dev.pounce.server.http2;

import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.exchange.Generation;
import dev.pounce.server.exchange.Journal;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 on one connection (RFC 9113).
 *
 * <p>The connection's thread, the {@link Reader}, reads the {@link Frames}, one after the other,
 * and does at once what they ask for. A request gets a {@link Stream} and a thread of its own. All
 * that goes out goes through the {@link Output}, which says how threads share it. What others ask
 * or order, on threads of theirs, is here.
 *
 * <p>The end has three steps, the {@link Shutdown}: the peer is told to send no more requests, told
 * again a round trip later which was the last, and when all streams have ended the connection is
 * concluded.
 */
public final class Session {

  /** How much of all bodies is taken before an application has taken any of it. */
  static final int WINDOW = 1024 * 1024;

  private final Link link;
  private final ServerConfig config;
  private final Input input;
  private final Outbox outbox;
  private final Output output;
  private final Control control;
  private final Streams streams;
  private final Shutdown shutdown;
  private final Requests requests;
  private final Frames frames;
  private final Timeouts timeouts;
  private final Reader reader;

  /**
   * A session that has not begun.
   *
   * @param first what has been read already: the beginning of the preface, or nothing
   */
  public Session(Link link, byte[] first) {
    this.link = link;
    this.config = link.service().config();
    this.input = new Input(link.transport(), link.number(), first);
    this.outbox = new Outbox(link);
    this.shutdown = new Shutdown(this);
    this.streams = new Streams(shutdown, config.maxConcurrentStreams());
    this.output = new Output(streams, outbox, link);
    this.control = new Control(outbox);
    this.requests = new Requests(this, shutdown);
    this.frames = new Frames(this, input, requests, shutdown);
    this.timeouts = new Timeouts(config);
    this.reader = new Reader(this, input, frames, requests, shutdown);
  }

  /**
   * Reads what comes, until the connection ends or goes on with another thread. Called on the
   * connection's thread.
   *
   * @return what becomes of it
   * @throws IOException if the connection is broken
   */
  public Turn talk() throws IOException {
    return reader.talk();
  }

  /**
   * Takes what is there, without waiting for the peer, in the place of {@link #talk} while threads
   * like the connection's don't run. Called by one thread, before the connection's own has begun.
   * What is asked of the server itself is answered there and then.
   *
   * @return false if the connection needs its thread now: for the application, for its end, or
   *     because it takes more answers than a socket is sure to hold
   * @throws IOException if the connection is broken
   */
  public boolean glance() throws IOException {
    return reader.glance();
  }

  /**
   * After the last frame: waits for those who are still at work. Called on the connection's thread.
   */
  public void end() {
    Journal journal = link.journal();
    if (journal != null && !streams.areClosed() && link.severed() == null) {
      journal.because(ConnectionCompleted.Reason.CLIENT_DISCONNECT);
    }
    outbox.fail(new IOException("the connection has ended"));
    streams.disconnect();
    streams.awaitEnd();
    input.rest();
  }

  /** What costs the client nothing may not come without end; on the connection's thread. */
  void trifle() throws ConnectionError {
    frames.trifle();
  }

  Link link() {
    return link;
  }

  Outbox outbox() {
    return outbox;
  }

  Output output() {
    return output;
  }

  Control control() {
    return control;
  }

  Streams streams() {
    return streams;
  }

  /** How many requests there have been. Any thread. */
  public long requests() {
    return requests.count();
  }

  /** How many requests are under way. Any thread. */
  public int active() {
    return streams.count();
  }

  /** How many of them a generation serves, or may begin to serve. Any thread. */
  public int served(Generation by) {
    return streams.served(by);
  }

  /**
   * Cuts the requests that a generation serves. Any thread.
   *
   * @return how many
   */
  public int cut(Generation by, Throwable why) {
    return streams.cut(by, why);
  }

  /** Interrupts all applications at work. Any thread. */
  public void interrupt() {
    streams.interrupt();
  }

  /** The request that is served on a thread, for people, or null. Any thread. */
  public @Nullable String onThread(long threadId) {
    return streams.onThread(threadId);
  }

  /** Lets the peer send no more requests: those under way are answered. Any thread; never waits. */
  public void retire() {
    shutdown.begin(System.nanoTime());
  }

  /**
   * Looks whether something has taken too long.
   *
   * @param now the time by {@link System#nanoTime}
   * @param threads makes threads for what might wait
   */
  public void tick(long now, ThreadFactory threads) {
    if (link.service().standing().closing()) {
      retire();
    }
    shutdown.tick(now);
    tickInput(now);
    if (outbox.isLeft()) {
      threads.newThread(output::flush).start();
    }
    timeouts.tickWrite(link, outbox.writingSince(), now);
    for (Stream stream : streams.all()) {
      timeouts.tick(stream, now, threads);
    }
  }

  private void tickInput(long now) {
    long partial = input.partialSince() == 0 ? requests.openSince() : input.partialSince();
    if (partial != 0) {
      if (now - partial > config.headerTimeout().toNanos()) {
        reader.giveUp();
      }
    } else if (streams.isEmpty()) {
      Duration limit = reader.isGreeted() ? config.keepAliveTimeout() : config.headerTimeout();
      if (now - streams.idleSince() > limit.toNanos()) {
        expire();
      }
    }
  }

  private void expire() {
    Journal journal = link.journal();
    if (journal != null) {
      journal.because(ConnectionCompleted.Reason.TIMEOUT);
    }
    if (reader.isGreeted()) {
      retire();
    } else {
      link.transport().endInput();
    }
  }
}
