package dev.pounce.server.http2;

import dev.pounce.app.Headers;
import dev.pounce.app.HttpScope;
import dev.pounce.observe.Correlation;
import dev.pounce.observe.RequestId;
import dev.pounce.server.exchange.BuiltIn;
import dev.pounce.server.exchange.Generation;
import dev.pounce.server.exchange.Journal;
import dev.pounce.server.exchange.RequestLine;
import dev.pounce.server.exchange.Service;
import dev.pounce.server.exchange.Timer;
import dev.pounce.server.exchange.Timer.Phase;
import dev.pounce.server.listen.Carrier;
import dev.pounce.server.websocket.Offer;
import dev.pounce.server.websocket.WebSocketExchange;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, on a virtual thread.
 *
 * <p>The connection's thread brings what comes in and begins it; that thread, or one of its own,
 * serves it; the reaper looks at its {@link Timer}; whoever writes its last octet completes it. Its
 * {@link Sending} and {@code next} belong to the output's lock.
 */
final class Stream implements Runnable {

  /** How much of a body is taken before the application has taken any of it. */
  static final int WINDOW = 256 * 1024;

  private static final Logger LOGGER = System.getLogger("pounce");

  private final Session session;
  private final int id;
  private final RequestId requestId;
  private final RequestLine line;
  private final Headers headers;
  private final boolean proxied;
  private final boolean expectsContinue;
  private final @Nullable Offer offer;
  private final Body body;

  /**
   * What serves it: looked up when it is among the session's streams, so that a drain that first
   * sets the next generation and then looks at the streams never misses one.
   */
  private volatile @Nullable Generation generation;

  private final long began;
  private final Timer timer;
  private final Window receipt = new Window(WINDOW);

  private final Sending sending;

  /** The next one that has ended. */
  @Nullable Stream next;

  /** Whether the peer has sent all that it will. */
  private volatile boolean remoteEnded;

  private volatile @Nullable Http2Exchange exchange;
  private volatile @Nullable WebSocketExchange socket;
  private volatile @Nullable Thread thread;
  private volatile @Nullable Throwable severed;

  /**
   * A stream whose head has come.
   *
   * @param offer what a WebSocket is to be like, if one is asked for
   * @param began when its head was complete, by {@link System#nanoTime}
   */
  Stream(
      Session session,
      int id,
      RequestId requestId,
      RequestLine line,
      RequestHead head,
      @Nullable Offer offer,
      long began) {
    this.session = session;
    this.id = id;
    this.requestId = requestId;
    this.line = line;
    this.headers = head.headers();
    this.proxied = head.proxied();
    this.offer = offer;
    this.expectsContinue = head.expectContinue();
    this.body =
        new Body(
            head.length(),
            offer == null ? service().config().maxRequestSize().bytes() : Long.MAX_VALUE);
    this.began = began;
    this.timer = new Timer(began);
    this.sending = new Sending(session.streams(), output().initialWindow());
  }

  /** It takes a place from now on, and it is known what is to serve it. */
  void admit() {
    sending.place();
    generation = service().serving().get();
  }

  /** Serves it on a thread of its own. */
  void start() {
    Thread own = Carrier.thread(this);
    own.setContextClassLoader(generation().loader());
    thread = own;
    own.start();
  }

  /** Serves it on the caller's thread, which nobody interrupts for it any more afterwards. */
  void serveHere() {
    thread = Thread.currentThread();
    run();
    synchronized (this) {
      thread = null;
    }
    Thread.interrupted();
  }

  /** Whether the request is an exchange of which all is there. */
  boolean isShort() {
    return offer == null && remoteEnded;
  }

  /** What serves it. */
  Generation generation() {
    return Objects.requireNonNull(generation, "admitted");
  }

  /** Whether the server itself answers it. */
  boolean isForServer() {
    return service().builtIn(line.rawPath()) != null;
  }

  @Override
  public void run() {
    try {
      BuiltIn builtIn = service().builtIn(line.rawPath());
      if (builtIn == null) {
        serve();
      } else {
        answer(builtIn);
      }
    } catch (RuntimeException | Error e) {
      LOGGER.log(Level.ERROR, "Stream failed", e);
      reset(ErrorCode.INTERNAL_ERROR);
    } finally {
      session.outbox().finish(this);
    }
  }

  /** It has ended; with the output's lock held. */
  void end() {
    sending.leave();
    if (sending.isWhole() && !remoteEnded) {
      output().reset(id, ErrorCode.NO_ERROR); // nobody takes the rest (section 8.1)
    }
  }

  private void serve() {
    Generation serving = generation();
    Service service = service();
    HttpScope scope = service.scope(link().peer(), requestId, line, headers, proxied, serving);
    if (offer != null) {
      converse(service, serving, scope, offer);
      return;
    }
    Http2Exchange mine = new Http2Exchange(this, serving, requestId, scope, began);
    Journal journal = link().journal();
    if (journal != null) {
      mine.started(journal, line, began);
    }
    timer.enter(Phase.HANDLER, began);
    exchange = mine;
    if (isClosed()) {
      mine.disconnect();
    }
    mine.run();
    if (!isClosed()) {
      reset(ErrorCode.INTERNAL_ERROR);
    }
  }

  private void converse(Service service, Generation serving, HttpScope scope, Offer offered) {
    WebSocketExchange mine =
        new WebSocketExchange(
            service,
            serving,
            link().peer(),
            requestId,
            scope,
            offered,
            new Tunnel(this, requestId),
            link().journal(),
            began);
    mine.begin(line, began);
    socket = mine;
    if (isClosed()) {
      mine.disconnect();
    }
    mine.run();
    if (!isClosed()) {
      reset(severedBy() == null ? ErrorCode.NO_ERROR : ErrorCode.CANCEL);
    }
  }

  private void answer(BuiltIn builtIn) {
    String accept = headers.contains("accept") ? String.join(",", headers.all("accept")) : null;
    BuiltIn.Page page = builtIn.page(line.method(), accept);
    Output output = output();
    output.lock();
    try {
      output.page(this, page, line.method(), requestId);
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "the client is gone", e);
    } finally {
      output.unlock();
    }
  }

  /**
   * Tells what has become of it. Called once, by whoever has written its last octet, after its
   * thread has done all it has to do.
   *
   * @param scratch a buffer of the caller's
   * @param now when that was, by {@link System#nanoTime}
   * @return the buffer, or a larger one in its place
   */
  byte[] complete(byte[] scratch, long now) {
    try {
      Http2Exchange mine = exchange;
      WebSocketExchange conversation = socket;
      if (conversation != null) {
        conversation.end();
      }
      return mine == null ? scratch : mine.tell(scratch, now);
    } finally {
      int dropped = body.drop();
      if (dropped > 0) {
        session.control().consumed(null, dropped);
      }
      session.streams().remove(this, now);
    }
  }

  /** Ends it from another thread, because of what its exchange is told. */
  void cut(Throwable why) {
    if (severed == null) {
      severed = why;
    }
    reset(ErrorCode.CANCEL);
    disconnect();
    output().flush();
  }

  /** The client has gone, or has taken the request back. */
  void disconnect() {
    output().wake(this);
    body.abandon();
    Http2Exchange mine = exchange; // after it was closed: who begins looks the other way round
    if (mine != null) {
      mine.disconnect();
    }
    WebSocketExchange conversation = socket;
    if (conversation != null) {
      conversation.disconnect();
    }
  }

  /** Tells the peer that nothing more comes, unless it knows that. */
  void reset(ErrorCode code) {
    Output output = output();
    output.lock();
    try {
      if (!isClosed()) {
        output.reset(this, code);
      }
    } finally {
      output.unlock();
    }
  }

  synchronized void interrupt() {
    Thread own = thread;
    if (own != null) {
      own.interrupt();
    }
  }

  boolean isOn(long threadId) {
    Thread own = thread;
    return own != null && own.threadId() == threadId;
  }

  boolean isServedBy(Generation other) {
    return generation == other;
  }

  /** Whether it is not yet known what serves it. */
  boolean isPending() {
    return generation == null;
  }

  void enter(Phase phase) {
    timer.enter(phase, System.nanoTime());
  }

  boolean isClosed() {
    return sending.isClosed();
  }

  void endRemote() {
    remoteEnded = true;
  }

  boolean isRemoteEnded() {
    return remoteEnded;
  }

  int id() {
    return id;
  }

  Link link() {
    return session.link();
  }

  /** The application has taken octets of the body: the peer may send more. */
  void consumed(int octets) {
    session.control().consumed(this, octets);
  }

  Output output() {
    return session.output();
  }

  Sending sending() {
    return sending;
  }

  Body body() {
    return body;
  }

  Timer timer() {
    return timer;
  }

  /** What is served, once that has begun and if it is not a WebSocket. */
  @Nullable Http2Exchange exchange() {
    return exchange;
  }

  /** The WebSocket that is served, if it is one. */
  @Nullable WebSocketExchange socket() {
    return socket;
  }

  Window receipt() {
    return receipt;
  }

  boolean expectsContinue() {
    return expectsContinue;
  }

  /** Why the server has ended it, or the connection under it; null if neither. */
  @Nullable Throwable severedBy() {
    Throwable own = severed;
    return own == null ? link().severed() : own;
  }

  private Service service() {
    return link().service();
  }

  /** What it is doing, for people. */
  @Override
  public String toString() {
    return line.method() + " " + line.rawPath() + Correlation.mark(requestId);
  }
}
