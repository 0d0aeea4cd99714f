package dev.pounce.server.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.pounce.app.Headers;
import dev.pounce.app.HttpScope;
import dev.pounce.server.exchange.Peer;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.Refused;
import dev.pounce.server.exchange.RequestId;
import dev.pounce.server.exchange.RequestLine;
import dev.pounce.server.exchange.Service;
import dev.pounce.server.http1.ResponseHead.Persistence;
import dev.pounce.server.http1.Timer.Phase;
import dev.pounce.server.listen.Carrier;
import dev.pounce.server.listen.Transport;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1 connection, from its first octet to its last, on a virtual thread of its own: read,
 * parse, call the application, write, again.
 *
 * <p>Requests that a client has sent ahead are all answered before one write. The exchanges whose
 * responses are in that write form a list, and each is complete, and logged, when it has succeeded.
 *
 * <p>Others touch a connection in four ways only. The reaper has {@link Timeouts} look at the
 * {@link Timer} and end what has taken too long. A watcher reads, and flushes, on the connection's
 * behalf while an application takes its time, under the locks of {@link Input} and {@link Output}.
 * A drain calls {@link #endIdle} and, when its time is up, {@link #cut}. The lifeline takes over a
 * connection whose thread has not begun because every carrier is busy, as a {@link Rescue}; {@link
 * #claim} decides who has it.
 */
public final class Connection implements Runnable {

  static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII);

  /** What is read and dropped at most to keep a connection whose application left a body unread. */
  static final int SKIP_LIMIT = 64 * 1024;

  /**
   * After how many requests a connection goes on with a new thread. The JIT replaces a method when
   * it is called the next time, and a connection's outer methods are called once in its life.
   * Frames of the interpreter at the bottom of a stack make every park and unpark above them slow.
   */
  private static final int RELAY = 500;

  private static final Logger LOGGER = System.getLogger("pounce");

  private final long number;
  private final Service service;
  private final Owner owner;
  private final Transport transport;
  private final @Nullable Refusal admission;
  private final Timer timer = new Timer(System.nanoTime());
  private final Input input;
  private final Output output;
  private final Answer answer;
  private final AtomicBoolean claimed = new AtomicBoolean();

  private @Nullable Desk desk;
  private @Nullable Peer peer;
  private volatile @Nullable Thread thread;
  private volatile @Nullable Http1Exchange current;
  private long requests;
  private long arrived;
  private boolean expired;

  /**
   * Whether a thread of an application's own may still use the desk, which then nobody else may.
   */
  private boolean shared;

  private @Nullable Http1Exchange unflushed;
  private @Nullable Http1Exchange lastUnflushed;

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
    this.admission = admission;
    this.input = new Input(transport);
    this.output = new Output(transport, timer);
    this.answer = new Answer(owner.heads(), output);
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
    thread = Thread.currentThread();
    if (requests == 0) {
      timer.enter(Phase.IDLE, System.nanoTime());
    }
    boolean goesOn = false;
    try {
      long relay = requests + RELAY;
      do {
        goesOn = next();
      } while (goesOn && requests < relay);
    } catch (IOException e) {
      goesOn = false;
      LOGGER.log(Level.DEBUG, "the client is gone", e);
    } catch (RuntimeException | Error e) {
      goesOn = false;
      LOGGER.log(Level.ERROR, "Connection failed", e);
    } finally {
      if (goesOn) {
        Carrier.thread(this::serve).start();
      } else {
        end();
      }
    }
  }

  void end() {
    complete();
    if (input.close() && !shared) {
      leaveDesk();
    }
    transport.close();
    owner.closed(this);
  }

  /** The desk, taken when the first octet of a request is there. */
  Desk desk() {
    Desk mine = desk;
    if (mine == null) {
      mine = owner.desks().take(number);
      mine.head.reset();
      desk = mine;
      output.open(mine.out);
      input.open(mine.in);
    }
    return mine;
  }

  private void leaveDesk() {
    Desk mine = desk;
    if (mine != null) {
      desk = null;
      output.close();
      owner.desks().give(number, mine);
    }
  }

  private boolean next() throws IOException {
    try {
      return awaitHead() && exchange(desk().head);
    } catch (Refusal refusal) {
      refuse(refusal);
      return false;
    }
  }

  private boolean awaitHead() throws IOException, Refusal {
    if (input.available() == 0) {
      flush();
      boolean rests = input.rest();
      if (requests > 0) {
        timer.enter(Phase.IDLE, System.nanoTime());
      }
      if (rests) {
        leaveDesk();
        input.awaitOctets();
      }
      desk();
      if (!input.fill(0)) {
        return false;
      }
      arrived = System.nanoTime();
      waitIn(Phase.HEAD, arrived);
    } else {
      arrived = System.nanoTime();
    }
    Head head = desk().head;
    head.reset();
    while (!parse(head)) {
      flush();
      waitIn(Phase.HEAD, arrived);
      if (!input.fill(0)) {
        return ended();
      }
    }
    return true;
  }

  private boolean parse(Head head) throws Refusal {
    if (head.length() == 0 && !input.skipEmptyLines()) {
      return false;
    }
    return head.parse(input.octets(), input.from(), input.to());
  }

  /** Enters a phase; if the reaper has ended the one before, it is too late for another request. */
  private void waitIn(Phase phase, long since) {
    expired |= timer.exchange(phase, since) == Phase.CLOSING;
  }

  private boolean ended() throws Refusal {
    if (expired || timer.phase() == Phase.CLOSING) {
      throw new Refusal(408, "the head of the request did not arrive in time");
    }
    return false;
  }

  private boolean exchange(Head head) throws IOException, Refusal {
    RequestLine line = head.line();
    if (service.health().answers(line.rawPath())) {
      return health(head, line.method());
    }
    if (admission != null) {
      throw admission;
    }
    long length = head.framing().length();
    long limit = service.config().maxRequestSize().bytes();
    if (length > limit) {
      throw new Refusal(413, "request body larger than " + limit + " bytes");
    }
    RequestId id = requestId();
    Headers headers = head.headers(input.octets(), input.from());
    HttpScope scope = service.scope(peer(), id, line, headers, head.proxied());
    input.consume(head.length());
    Http1Exchange exchange =
        new Http1Exchange(this, service, peer(), id, scope, head, body(length, limit), arrived);
    current = exchange;
    timer.enter(Phase.HANDLER, arrived);
    exchange.run();
    current = null;
    shared |= exchange.isShared();
    return settle(exchange);
  }

  private @Nullable Body body(long length, long limit) {
    return length == 0
        ? null
        : new Body(
            input, this::fillBody, length, limit, (int) service.config().maxHeaderSize().bytes());
  }

  RequestId requestId() {
    String sent = desk().head.requestId(input.octets(), input.from());
    return service.requestId(peer(), sent, number, requests++);
  }

  /**
   * After the application has returned: the response is complete, or the connection is at its end.
   */
  private boolean settle(Http1Exchange exchange) throws IOException, Refusal {
    long aside = output.takeFlushedAside();
    if (aside != 0) {
      complete(aside, new byte[Desk.SIZE]); // the desk holds the response that follows
    }
    if (!exchange.isComplete()) {
      if (exchange.settle()) {
        exchange.complete(System.nanoTime(), new byte[Desk.SIZE]);
      } else {
        linger();
      }
      return false;
    }
    if (lastUnflushed == null) {
      unflushed = exchange;
    } else {
      lastUnflushed.next = exchange;
    }
    lastUnflushed = exchange;
    Body unread = exchange.unread();
    if (!exchange.isPersistent()) {
      flush();
      linger();
      return false;
    }
    return unread == null || skip(unread);
  }

  private boolean skip(Body unread) throws IOException {
    flush();
    try {
      unread.skip();
      return true;
    } catch (Refusal e) {
      return false;
    }
  }

  private boolean health(Head head, String method) throws IOException {
    boolean last = head.framing().close() || head.framing().length() != 0 || mustClose();
    Persistence persistence =
        last ? Persistence.CLOSE : head.http10() ? Persistence.KEEP_ALIVE : Persistence.DEFAULT;
    RequestId id = requestId();
    input.consume(head.length());
    answer.health(service.health(), method, id, persistence);
    if (last) {
      flush();
      linger();
    }
    return !last;
  }

  private void refuse(Refusal refusal) throws IOException {
    RequestLine line = desk().head.line();
    RequestId id = requestId();
    int length = answer.refusal(refusal, line.method(), id);
    try {
      flush();
    } finally {
      long now = System.nanoTime();
      Refused refused =
          new Refused(line, id, refusal.status(), length, now - arrived, now, client());
      if (service.log().enabled(refusal.status())) {
        service.log().record(refused, output.scratch());
      }
    }
    linger();
  }

  /** Who is refused: by what a trusted proxy says, where the head has been read. */
  private String client() {
    Head head = desk().head;
    return head.isComplete() && head.proxied()
        ? service.client(peer(), head.headers(input.octets(), input.from()))
        : peer().name();
  }

  /**
   * Lets the client read the last answer: closing on octets that it still sends would destroy it.
   */
  private void linger() {
    transport.shutdownOutput();
    timer.enter(Phase.CLOSING, System.nanoTime());
    try {
      while (input.fill(0)) {
        input.consume(input.available());
      }
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "the client is gone", e);
    }
  }

  void flush() throws IOException {
    if (unflushed == null && output.isEmpty()) {
      return;
    }
    output.lock();
    try {
      output.flush();
    } finally {
      output.unlock();
    }
    complete();
  }

  private void complete() {
    if (unflushed != null) {
      complete(System.nanoTime(), output.scratch());
    }
  }

  private void complete(long now, byte[] scratch) {
    for (Http1Exchange done = unflushed; done != null; done = done.next) {
      scratch = done.complete(now, scratch);
    }
    unflushed = null;
    lastUnflushed = null;
  }

  private boolean fillBody(int wanted) throws IOException, Refusal {
    flushBeforeWait();
    Http1Exchange exchange = current;
    if (exchange != null) {
      exchange.proceed();
    }
    waitIn(Phase.BODY, System.nanoTime());
    boolean more = input.fill(wanted);
    waitIn(
        exchange == null || exchange.isAnswered() ? Phase.STREAM : Phase.HANDLER,
        System.nanoTime());
    if (expired) {
      throw new Refusal(408, "the body of the request did not arrive in time");
    }
    return more;
  }

  /** Nobody is to wait for answers that are there while the client waits for them. */
  void flushBeforeWait() throws IOException {
    if (Thread.currentThread() == thread) {
      flush();
    }
  }

  /** Closes, so that nobody takes half a response for a whole one; earlier ones go out before. */
  void abort(boolean reset) {
    if (reset) {
      transport.reset();
    } else {
      output.flushIfFree();
      transport.close();
    }
  }

  /** Whether the response under way must be the last. */
  boolean mustClose() {
    return expired || service.standing().draining();
  }

  void enter(Phase phase) {
    timer.enter(phase, System.nanoTime());
  }

  Service service() {
    return service;
  }

  Timer timer() {
    return timer;
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

  /** The exchange that the application has at this moment, or null. */
  @Nullable Http1Exchange current() {
    return current;
  }

  /** Whether its first request has yet to come. A racy look. */
  boolean isFresh() {
    return requests == 0;
  }

  Answer answer() {
    return answer;
  }

  ResponseHead heads() {
    return owner.heads();
  }

  private Peer peer() {
    Peer known = peer;
    if (known == null) {
      known = Peers.of(transport, service.config().trustedHosts());
      peer = known;
    }
    return known;
  }

  /** Whether a request is under way. */
  public boolean isActive() {
    return timer.phase().isActive();
  }

  /** Closes the connection if it is between requests. */
  public void endIdle() {
    long seen = timer.look();
    if (Timer.phaseOf(seen) == Phase.IDLE && timer.expire(seen, System.nanoTime())) {
      transport.endInput();
    }
  }

  /** Ends the connection whatever it is doing, and interrupts its application. */
  public void cut() {
    transport.close();
    interrupt();
  }

  void interrupt() {
    Thread serving = thread;
    if (serving != null) {
      serving.interrupt();
    }
  }
}
