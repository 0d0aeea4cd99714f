package dev.pounce.server.http2;

import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.exchange.Generation;
import dev.pounce.server.exchange.Journal;
import dev.pounce.server.exchange.Refusal;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 on one connection (RFC 9113).
 *
 * <p>The connection's thread reads the {@link Frames}, one after the other, and does at once what
 * they ask for. A request gets a {@link Stream} and a thread of its own. All that goes out goes
 * through the {@link Output}, which says how threads share it.
 *
 * <p>A request that comes alone, as most do of clients that ask for one thing at a time, needs no
 * second thread: the one that has read it serves it. Meanwhile nobody reads; if something comes, a
 * new thread is started to read on, and the former one ends with its request. So just one thread
 * reads at a time, and what it alone uses goes from one to the next. As with HTTP/1.1, a thread
 * serves one generation of the application only, and is replaced when another one takes over.
 *
 * <p>The end has three steps, the {@link Shutdown}: the peer is told to send no more requests, told
 * again a round trip later which was the last, and when all streams have ended the connection is
 * concluded.
 */
public final class Session {

  /** How much of all bodies is taken before an application has taken any of it. */
  static final int WINDOW = 1024 * 1024;

  private static final Logger LOGGER = System.getLogger("pounce");

  /** After how many requests the connection goes on with a new thread. */
  private static final int RELAY = 500;

  /** What a new connection's socket takes without anybody's reading it. */
  private static final int ANSWERS_AT_ONCE = 8 * 1024;

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
  private final Runnable reader;

  private boolean begun;

  /** What the thread that reads has served itself, if anything. */
  private @Nullable Generation hosted;

  private volatile boolean greeted;
  private volatile boolean late;

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
    this.reader = link::serve;
  }

  /**
   * Reads what comes, until the connection ends or goes on with another thread. Called on the
   * connection's thread.
   *
   * @return what becomes of it
   * @throws IOException if the connection is broken
   */
  public Turn talk() throws IOException {
    hosted = null;
    try {
      if (!begun && !begin()) {
        return Turn.LAST;
      }
      for (long relay = requests.count() + RELAY; requests.count() < relay; ) {
        if (!input.hasNext()) {
          control.checkBacklog();
          output.flush();
        }
        if (input.isEmpty() && !await()) {
          return Turn.NEXT;
        }
        if (!input.next()) {
          checkLate();
          return Turn.LAST;
        }
        if (shutdown.isConcluded()) {
          linger();
          return Turn.LAST;
        }
        frame();
        Stream due = requests.due();
        if (due != null && !serve(due)) {
          return Turn.TAKEN;
        }
      }
      return Turn.NEXT;
    } catch (ConnectionError e) {
      refuse(e);
      linger();
      return Turn.LAST;
    } catch (IOException e) {
      outbox.fail(e);
      throw e;
    }
  }

  /**
   * Takes what is there, without waiting for the peer, in the place of {@link #talk} while threads
   * like the connection's don't run. Called by one thread, before the connection's own has begun.
   * What is asked of the server itself is answered here.
   *
   * @return false if the connection needs its thread now: for the application, for its end, or
   *     because it takes more answers than a socket is sure to hold
   * @throws IOException if the connection is broken
   */
  public boolean glance() throws IOException {
    try {
      int count;
      do {
        count = input.poll();
        boolean open = begun || input.holds(Frame.PREFACE.length()) && begin();
        if (open && !glanceAtFrames()) {
          return false;
        }
      } while (count > 0);
      output.flush();
      if (input.isEmpty()) {
        input.rest();
      }
      return count == 0;
    } catch (ConnectionError e) {
      refuse(e);
      return false;
    }
  }

  private boolean glanceAtFrames() throws IOException, ConnectionError {
    while (input.hasNext() && input.next()) {
      frame();
      Stream due = requests.due();
      if (due != null && !due.isForServer()) {
        due.start();
        return false;
      }
      if (due != null) {
        due.serveHere();
      }
      if (hasSaidMuch()) {
        return false;
      }
    }
    return true;
  }

  private boolean hasSaidMuch() {
    output.lock();
    try {
      return output.appended() > ANSWERS_AT_ONCE;
    } finally {
      output.unlock();
    }
  }

  private boolean begin() throws IOException, ConnectionError {
    begun = true;
    link.transport().idle(false);
    control.begin(config.maxConcurrentStreams(), (int) config.maxHeaderSize().bytes());
    output.flush();
    boolean whole = input.preface();
    if (!whole) {
      checkLate();
    }
    return whole;
  }

  /** The peer has closed, or a wait was ended because it took too long. */
  private void checkLate() throws ConnectionError {
    if (late) {
      throw ConnectionError.calm(Refusal.timeout(408, "a frame did not arrive in time"));
    }
  }

  /**
   * Waits until something comes.
   *
   * @return false if a new thread is to go on, as this one has served what is served no more
   */
  private boolean await() throws IOException {
    input.rest();
    if (!isStale()) {
      link.transport().await();
    }
    return !isStale();
  }

  private boolean isStale() {
    return hosted != null && link.service().serving().get() != hosted;
  }

  /**
   * Serves a request: on this thread if it has come alone, else on one of its own.
   *
   * @return whether this thread reads on
   */
  private boolean serve(Stream stream) {
    boolean alone = stream.isShort() && streams.isOne() && input.isEmpty();
    if (!alone || !isHost(stream.generation()) || !leave()) {
      stream.start();
      return true;
    }
    stream.serveHere();
    return link.transport().recall();
  }

  /** Leaves the reading to whoever is there when something comes; false if it is not left. */
  private boolean leave() {
    input.rest();
    try {
      return link.transport().delegate(reader);
    } catch (IOException e) {
      return false; // closed: the next read will tell
    }
  }

  private boolean isHost(Generation serving) {
    if (hosted == null) {
      hosted = serving;
      link.host(serving);
    }
    return hosted == serving;
  }

  private void frame() throws ConnectionError {
    if (!greeted) {
      if (input.type() != Frame.SETTINGS || input.has(Frame.ACK)) {
        throw ConnectionError.protocol("the first frame is no SETTINGS");
      }
      greeted = true;
    }
    frames.take();
  }

  /** The peer has broken the connection's rules: it is told how, and nothing more is served. */
  private void refuse(ConnectionError e) {
    LOGGER.log(Level.DEBUG, () -> "HTTP/2 with " + link.peer().name() + ": " + e.getMessage());
    requests.refuse(e);
    Journal journal = link.journal();
    if (journal != null) {
      journal.because(
          switch (e.refusal().why()) {
            case TIMEOUT -> ConnectionCompleted.Reason.TIMEOUT;
            default -> ConnectionCompleted.Reason.ERROR;
          });
    }
    streams.disconnect();
    shutdown.fail(e);
  }

  /** Lets the peer read the GOAWAY: closing on octets that it still sends would destroy it. */
  private void linger() {
    try {
      while (input.skip()) {
        LOGGER.log(Level.TRACE, "octets behind the end are dropped");
      }
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "the client is gone", e);
    }
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
      if (now - partial > config.headerTimeout().toNanos() && !late) {
        late = true;
        link.transport().endInput();
      }
    } else if (streams.isEmpty()) {
      Duration limit = greeted ? config.keepAliveTimeout() : config.headerTimeout();
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
    if (greeted) {
      retire();
    } else {
      link.transport().endInput();
    }
  }
}
