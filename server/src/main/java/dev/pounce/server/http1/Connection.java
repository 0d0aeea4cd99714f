package dev.pounce.server.http1;

import dev.pounce.observe.Correlation;
import dev.pounce.observe.Protocol;
import dev.pounce.server.exchange.Generation;
import dev.pounce.server.exchange.Journal;
import dev.pounce.server.exchange.Outcome;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.Reporter;
import dev.pounce.server.exchange.Service;
import dev.pounce.server.exchange.Timer;
import dev.pounce.server.exchange.Timer.Phase;
import dev.pounce.server.http2.Session;
import dev.pounce.server.http2.Turn;
import dev.pounce.server.listen.Carrier;
import dev.pounce.server.listen.TlsTransport;
import dev.pounce.server.listen.Transport;
import dev.pounce.server.tls.Alpn;
import dev.pounce.server.websocket.WebSocketExchange;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1 connection, on a virtual thread of its own, which leads its {@link Dialogue} from the
 * first octet to the last.
 *
 * <p>Others touch a connection in four ways only. The reaper has {@link Timeouts} look at the
 * {@link Timer} and end what has taken too long. A watcher reads, and flushes, on the connection's
 * behalf while an application takes its time, under the locks of {@link Input} and {@link Output}.
 * A drain calls {@link #endIdle} and, when its time is up, {@link #cut}. The lifeline takes over a
 * connection whose thread has not begun because every carrier is busy, as a {@link Rescue}; {@link
 * #claim} decides who has it.
 *
 * <p>A connection outlives the generations that serve it. Its thread takes the generation that
 * serves when it begins, and when a request has come and there is a newer one, it goes on with a
 * new thread: so no thread runs two versions of an application. A request has come means that the
 * phase is active, and the thread looks for a newer generation only after it has entered that
 * phase, with an atomic operation. So a drain that first sets the new generation and then looks at
 * phases never misses a request of the old one ({@link #served}).
 */
public final class Connection implements Runnable {

  /**
   * After how many requests a connection goes on with a new thread. The JIT replaces a method when
   * it is called the next time, and a connection's outer methods are called once in its life.
   * Frames of the interpreter at the bottom of a stack make every park and unpark above them slow.
   */
  private static final int RELAY = 500;

  private static final Logger LOGGER = System.getLogger("pounce");

  private final Service service;
  private final Owner owner;
  private final Transport transport;
  private final long number;
  private final long accepted = System.nanoTime();
  private final Timer timer = new Timer(accepted);
  private final Tenure tenure = new Tenure();
  private final Input input;
  private final Output output;
  private final Answer answer;
  private final Dialogue dialogue;
  private final AtomicBoolean claimed = new AtomicBoolean();

  /** Whether a request has come that the next thread is to answer. Only for the thread. */
  private boolean pending;

  /** Made when the connection's thread, or the lifeline in its place, begins. */
  private @Nullable Journal journal;

  /** Why the server has ended the connection without an answer, if it has. */
  private volatile @Nullable Throwable severed;

  private volatile @Nullable Http1Exchange current;
  private volatile @Nullable WebSocketExchange socket;

  /** What the connection has become where HTTP/2 is spoken, or null. */
  private volatile @Nullable Session session;

  /**
   * A connection that has been accepted.
   *
   * @param number its number, unlike any other in the process
   * @param admission why its requests are refused, or null if they are served; built-ins always are
   */
  public Connection(
      long number, Service service, Owner owner, Transport transport, @Nullable Refusal admission) {
    this.number = number;
    this.service = service;
    this.owner = owner;
    this.transport = transport;
    this.input = new Input(transport);
    this.output = new Output(transport, timer);
    this.answer = new Answer(owner.heads(), output);
    this.dialogue = new Dialogue(this, number, admission);
  }

  /** Starts the connection's thread. */
  public void start() {
    Carrier.thread(this).start();
  }

  /** Takes a connection that is not yet served; true for just one caller. */
  boolean claim() {
    return claimed.compareAndSet(false, true);
  }

  /** Serves the connection, unless the lifeline has taken it. */
  @Override
  public void run() {
    if (claim()) {
      serve();
    }
  }

  /**
   * Serves a connection that the caller has claimed, from its thread's first moment to its last.
   */
  void serve() {
    begin();
    Turn turn = Turn.LAST;
    try {
      turn = pending || session != null || !isFresh() || greet() ? talk() : Turn.LAST;
    } catch (IOException e) {
      if (e instanceof SSLException) {
        because(e);
      }
      LOGGER.log(Level.DEBUG, "the client is gone", e);
    } catch (RuntimeException | Error e) {
      because(e);
      LOGGER.log(Level.ERROR, "Connection failed", e);
    } finally {
      switch (turn) {
        case NEXT -> Carrier.thread(this::serve).start();
        case TAKEN -> {}
        case LAST -> end();
      }
    }
  }

  /**
   * Serves requests, until the connection ends or goes on with another thread.
   *
   * @return what becomes of it
   */
  private Turn talk() throws IOException {
    Session streams = session;
    if (streams != null) {
      return streams.talk();
    }
    boolean goesOn;
    long relay = dialogue.requests() + RELAY;
    do {
      goesOn = pending || dialogue.await();
      pending = goesOn && !tenure.isOf(service.serving().get());
      goesOn = pending || goesOn && dialogue.answer();
    } while (goesOn && !pending && dialogue.requests() < relay);
    if (dialogue.isPreface()) {
      return multiplex(dialogue.takeAll()).talk();
    }
    return goesOn || isForgotten() && timer.phase() == Phase.IDLE ? Turn.NEXT : Turn.LAST;
  }

  /** From now on HTTP/2 is spoken. Its requests have threads, and generations, of their own. */
  Session multiplex(byte[] first) {
    Journal told = journal;
    if (told != null) {
      told.multiplex();
    }
    enter(Phase.STREAMS);
    Session streams = new Session(dialogue.link(), first);
    session = streams;
    tenure.vacate();
    return streams;
  }

  /**
   * Begins: with a TLS handshake where there is TLS, which chooses what is spoken.
   *
   * @return false if there is nobody to speak with
   */
  private boolean greet() throws IOException {
    enter(Phase.IDLE);
    Alpn spoken =
        transport instanceof TlsTransport tls ? new Greeting(this, tls).await() : Alpn.HTTP_1_1;
    if (journal == null) {
      open(spoken == Alpn.HTTP_2 ? Protocol.H2 : Protocol.H1);
    }
    if (spoken == Alpn.HTTP_2) {
      multiplex(new byte[0]);
    } else if (spoken != null) {
      enter(Phase.IDLE);
    }
    return spoken != null;
  }

  private void begin() {
    tenure.begin();
    if (session == null) {
      tenure.host(service.serving().get());
    } else {
      tenure.vacate();
    }
  }

  /** Begins the connection's journal, if somebody collects events. */
  void open(Protocol protocol) {
    Reporter reporter = service.reporter();
    if (reporter != null) {
      journal =
          reporter.open(
              number, service.standing().workerId(), dialogue.peer().client(), protocol, accepted);
    }
  }

  void end() {
    try {
      Session streams = session;
      if (streams != null) {
        streams.end();
      }
      dialogue.end();
      Journal told = journal;
      if (told != null) {
        because(severed);
        told.close(!isFresh(), System.nanoTime());
      }
    } finally {
      transport.close();
      owner.closed(this);
    }
  }

  private void because(@Nullable Throwable cause) {
    Journal told = journal;
    if (told != null && cause != null) {
      told.because(cause);
    }
  }

  /** What the connection tells its collector, or null if there is none. */
  @Nullable Journal journal() {
    return journal;
  }

  @Nullable Throwable severed() {
    return severed;
  }

  /** Closes the connection from another thread, because of what its exchange is told. */
  void sever(Throwable cause) {
    severed = cause;
    transport.cut();
  }

  /** Closes, so that nobody takes half a response for a whole one; earlier ones go out before. */
  void abort(boolean reset) {
    if (reset) {
      transport.reset();
    } else {
      output.flushIfFree();
      transport.cut();
    }
  }

  void enter(Phase phase) {
    timer.enter(phase, System.nanoTime());
  }

  Service service() {
    return service;
  }

  Owner owner() {
    return owner;
  }

  Dialogue dialogue() {
    return dialogue;
  }

  Timer timer() {
    return timer;
  }

  Tenure tenure() {
    return tenure;
  }

  Transport transport() {
    return transport;
  }

  Input input() {
    return input;
  }

  Output output() {
    return output;
  }

  Answer answer() {
    return answer;
  }

  /** The exchange that the application has at this moment, or null. */
  @Nullable Http1Exchange current() {
    return current;
  }

  void current(@Nullable Http1Exchange exchange) {
    current = exchange;
  }

  /** The WebSocket that it has become, or is about to become; or null. */
  @Nullable WebSocketExchange socket() {
    return socket;
  }

  void socket(@Nullable WebSocketExchange exchange) {
    socket = exchange;
  }

  /** How many requests are under way that a generation serves, or may begin to serve. */
  public int served(Generation by) {
    Session streams = session;
    return streams == null ? tenure.isOf(by) && isActive() ? 1 : 0 : streams.served(by);
  }

  /**
   * Lets go of a generation that serves no more, so that a connection between requests does not
   * keep it in memory. Its thread may have what the application has put there: the connection goes
   * on with a new one.
   */
  public void forget(Generation former) {
    if (tenure.release(former) && !isFresh()) {
      transport.nudge();
    }
  }

  /** Whether its thread has served a generation that was let go of. */
  boolean isForgotten() {
    return tenure.isVacant() && !isFresh();
  }

  /** Whether its first request has yet to come. A racy look. */
  boolean isFresh() {
    Session streams = session;
    return dialogue.requests() == 0 && (streams == null || streams.requests() == 0);
  }

  private boolean isActive() {
    return timer.phase().isActive();
  }

  /** How many requests are under way. */
  public int active() {
    Session streams = session;
    return streams != null ? streams.active() : isActive() ? 1 : 0;
  }

  /** What looks after its streams where HTTP/2 is spoken, or null. */
  @Nullable Session session() {
    return session;
  }

  /**
   * Closes the connection if it is between requests. One that has come by then is answered, however
   * late the connection's thread gets to run.
   */
  public void endIdle() {
    Session streams = session;
    if (streams != null) {
      streams.retire();
    } else if (timer.phase() == Phase.IDLE) {
      transport.endIdle();
    }
  }

  /**
   * Ends the connection whatever it is doing, and interrupts its application.
   *
   * @param why as the event has it
   */
  public void cut(String why) {
    sever(new IOException(why));
    interrupt();
  }

  /**
   * Cuts the requests that a generation serves, and interrupts it.
   *
   * @param why as the event has it
   * @return how many
   */
  public int cut(Generation by, String why) {
    Session streams = session;
    if (streams != null) {
      return streams.cut(by, new IOException(why));
    }
    int served = served(by);
    if (served > 0) {
      cut(why);
    }
    return served;
  }

  /** What it does on a thread, for people; null if that is not one of its own. */
  public @Nullable String onThread(long threadId) {
    Session streams = session;
    String stream = streams == null ? null : streams.onThread(threadId);
    return stream == null && tenure.isOn(threadId) ? toString() : stream;
  }

  /** What it is doing, for people. */
  @Override
  public String toString() {
    Http1Exchange request = current;
    Outcome exchange = request == null ? socket : request;
    return exchange == null
        ? "connection " + number
        : exchange.method() + " " + exchange.path() + Correlation.mark(exchange.requestId());
  }

  void interrupt() {
    Session streams = session;
    if (streams != null) {
      streams.interrupt();
    } else {
      tenure.interrupt();
    }
  }
}
