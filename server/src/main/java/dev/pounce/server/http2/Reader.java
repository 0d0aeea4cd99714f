package dev.pounce.server.http2;

import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.exchange.Generation;
import dev.pounce.server.exchange.Journal;
import dev.pounce.server.exchange.Refusal;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * What a connection's thread does: it reads frames, one after the other, and has done what they ask
 * for.
 *
 * <p>A request that comes alone, as most do of clients that ask for one thing at a time, needs no
 * second thread: the one that has read it serves it. Meanwhile nobody reads; if something comes, a
 * new thread is started to read on, and the former one ends with its request. So just one thread
 * reads at a time, and what it alone uses goes from one to the next. As with HTTP/1.1, a thread
 * serves one generation of the application only, and is replaced when another one takes over.
 *
 * <p>Only {@link #giveUp} and {@link #isGreeted} are for others.
 */
final class Reader {

  private static final Logger LOGGER = System.getLogger("pounce");

  /** After how many requests the connection goes on with a new thread. */
  private static final int RELAY = 500;

  /** What a new connection's socket takes without anybody's reading it. */
  private static final int ANSWERS_AT_ONCE = 8 * 1024;

  private final Link link;
  private final Input input;
  private final Frames frames;
  private final Requests requests;
  private final Streams streams;
  private final Control control;
  private final Output output;
  private final Outbox outbox;
  private final Shutdown shutdown;
  private final Runnable successor;

  private boolean begun;

  /** What the thread that reads has served itself, if anything. */
  private @Nullable Generation hosted;

  private volatile boolean greeted;
  private volatile boolean late;

  Reader(Session session, Input input, Frames frames, Requests requests, Shutdown shutdown) {
    this.link = session.link();
    this.input = input;
    this.frames = frames;
    this.requests = requests;
    this.streams = session.streams();
    this.control = session.control();
    this.output = session.output();
    this.outbox = session.outbox();
    this.shutdown = shutdown;
    this.successor = link::serve;
  }

  /** As {@link Session#talk}. */
  Turn talk() throws IOException {
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

  /** As {@link Session#glance}. */
  boolean glance() throws IOException {
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
    input.checkLength();
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
    ServerConfig config = link.service().config();
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
      return link.transport().delegate(successor);
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

  /** The rest of what has begun to come is not waited for any longer. Any thread. */
  void giveUp() {
    if (!late) {
      late = true;
      link.transport().endInput();
    }
  }

  /** Whether the peer has said what it begins with. Any thread. */
  boolean isGreeted() {
    return greeted;
  }
}
