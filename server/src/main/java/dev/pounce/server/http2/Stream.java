package dev.pounce.server.http2;

import dev.pounce.app.Headers;
import dev.pounce.app.HttpScope;
import dev.pounce.observe.Correlation;
import dev.pounce.observe.RequestId;
import dev.pounce.server.exchange.BuiltIn;
import dev.pounce.server.exchange.Generation;
import dev.pounce.server.exchange.Journal;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.RequestLine;
import dev.pounce.server.exchange.Service;
import dev.pounce.server.exchange.Timer;
import dev.pounce.server.exchange.Timer.Phase;
import dev.pounce.server.listen.Carrier;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, on a virtual thread of its own.
 *
 * <p>The connection's thread brings what comes in and begins it; the stream's own thread serves it;
 * the reaper looks at its {@link Timer}; whoever writes its last octet completes it. The windows,
 * {@code next} and what it counts for belong to the output's lock.
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
  private final Body body;
  private final long began;
  private final Timer timer;
  private final Window receipt = new Window(WINDOW);

  /** How much of the response's body may be sent. */
  long window;

  /** The next one that has ended. */
  @Nullable Stream next;

  private @Nullable Condition opened;

  /** Whether it counts among those that the peer may have at a time. */
  private boolean counted;

  /** Whether all of the response is on its way. */
  private boolean whole;

  /** Whether the peer has sent all that it will. */
  private volatile boolean remoteEnded;

  /** Whether nothing more is sent, because all is, or by a reset from one side or the other. */
  private volatile boolean closed;

  /** What serves it; null until that is known, which is after the session knows of the stream. */
  private volatile @Nullable Generation generation;

  private volatile @Nullable Http2Exchange exchange;
  private volatile @Nullable Thread thread;
  private volatile @Nullable Throwable severed;

  /**
   * A stream whose head has come.
   *
   * @param began when its head was complete, by {@link System#nanoTime}
   */
  Stream(
      Session session,
      int id,
      RequestId requestId,
      RequestLine line,
      RequestHead head,
      long began) {
    this.session = session;
    this.id = id;
    this.requestId = requestId;
    this.line = line;
    this.headers = head.headers();
    this.proxied = head.proxied();
    this.expectsContinue = head.expectContinue();
    this.body = new Body(head.length(), service().config().maxRequestSize().bytes());
    this.began = began;
    this.timer = new Timer(began);
    this.window = output().initialWindow();
  }

  /**
   * Begins to serve it. Called when it is among the session's streams: whoever brings a generation
   * to its end sets the next one and then looks at the streams, and sees this one in time.
   */
  void start() {
    counted = true;
    Generation serving = service().serving().get();
    generation = serving;
    Thread own = Carrier.thread(this);
    own.setContextClassLoader(serving.loader());
    thread = own;
    own.start();
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
      output().finish(this);
    }
  }

  /** It has ended; with the output's lock held. */
  void end() {
    leave();
    if (whole && !remoteEnded) {
      output().reset(id, ErrorCode.NO_ERROR); // nobody takes the rest (section 8.1)
    }
  }

  private void serve() {
    Service service = service();
    Generation serving = Objects.requireNonNull(generation);
    HttpScope scope = service.scope(link().peer(), requestId, line, headers, proxied, serving);
    Http2Exchange mine = new Http2Exchange(this, serving, requestId, scope, began);
    Journal journal = link().journal();
    if (journal != null) {
      mine.started(journal, line, began);
    }
    timer.enter(Phase.HANDLER, began);
    exchange = mine;
    if (closed) {
      mine.disconnect();
    }
    mine.run();
    if (!closed) {
      reset(ErrorCode.INTERNAL_ERROR);
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
   * @return the buffer, or a larger one in its place
   */
  byte[] complete(byte[] scratch) {
    Http2Exchange mine = exchange;
    byte[] room =
        mine == null || !mine.settle()
            ? scratch
            : mine.complete(link().journal(), System.nanoTime(), scratch);
    session.ended(this);
    return room;
  }

  /**
   * Looks whether it has taken too long.
   *
   * @param now the time by {@link System#nanoTime}
   * @param threads makes threads for what might wait
   */
  void tick(long now, ThreadFactory threads) {
    long seen = timer.look();
    long waited = Timer.nanosSince(seen, now);
    Duration request = service().config().requestTimeout();
    Duration write = service().config().writeTimeout();
    switch (Timer.phaseOf(seen)) {
      case HANDLER -> {
        Http2Exchange mine = exchange;
        if (waited > request.toNanos() && mine != null && timer.expire(seen, now)) {
          threads.newThread(() -> giveUp(mine, request)).start();
        }
      }
      case BODY -> {
        if (waited > request.toNanos() && timer.expire(seen, now)) {
          body.refuse(Refusal.timeout(408, "the body of the request did not arrive in time"));
        }
      }
      case WRITE -> {
        if (waited > write.toNanos() && timer.expire(seen, now)) {
          threads.newThread(() -> giveUpWriting(write)).start();
        }
      }
      default -> {}
    }
  }

  private void giveUp(Http2Exchange mine, Duration limit) {
    Refusal timeout = Refusal.timeout(504, "no response within " + limit.toMillis() + " ms");
    if (!mine.claim(timeout)) {
      return;
    }
    output().flush();
    mine.complete(link().journal(), System.nanoTime(), new byte[0]);
    String said = "Request timed out after " + limit.toMillis() + " ms: " + this;
    Correlation.with(requestId, () -> LOGGER.log(Level.WARNING, said));
    body.abandon();
    interrupt();
  }

  private void giveUpWriting(Duration limit) {
    cut(new TimeoutException("a write waited " + limit.toMillis() + " ms for the client"));
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
  }

  /** Tells the peer that nothing more comes, unless it knows that. */
  void reset(ErrorCode code) {
    Output output = output();
    output.lock();
    try {
      if (!closed) {
        output.reset(this, code);
      }
    } finally {
      output.unlock();
    }
  }

  void interrupt() {
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

  /** The condition that it waits in for its window; with the output's lock held. */
  Condition opened(ReentrantLock lock) {
    Condition mine = opened;
    if (mine == null) {
      mine = lock.newCondition();
      opened = mine;
    }
    return mine;
  }

  /** Its window has changed, or it has ended; with the output's lock held. */
  void wake() {
    if (opened != null) {
      opened.signalAll();
    }
  }

  /** Nothing more is sent; with the output's lock held. */
  void close() {
    closed = true;
  }

  /** The last of it is on its way: another may take its place. With the output's lock held. */
  void closeWhole() {
    closed = true;
    whole = true;
    leave();
  }

  private void leave() {
    if (counted) {
      counted = false;
      session.leave();
    }
  }

  boolean isClosed() {
    return closed;
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

  Output output() {
    return session.output();
  }

  Body body() {
    return body;
  }

  Window receipt() {
    return receipt;
  }

  boolean expectsContinue() {
    return expectsContinue;
  }

  @Nullable Throwable severed() {
    return severed;
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
