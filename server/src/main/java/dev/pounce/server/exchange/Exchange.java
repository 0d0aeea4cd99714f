package dev.pounce.server.exchange;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.pounce.app.Application;
import dev.pounce.app.ContractException;
import dev.pounce.app.DisconnectedException;
import dev.pounce.app.Headers;
import dev.pounce.app.HttpDisconnect;
import dev.pounce.app.HttpRequest;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Inbound;
import dev.pounce.app.Outbound;
import dev.pounce.app.Receive;
import dev.pounce.app.Send;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.Trace;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response: holds an application to the rules of the contract, whatever
 * protocol carries the bytes. A protocol extends it with the four methods that touch the wire.
 *
 * <p>The response goes through four stages. A start is held back until the first piece of the body,
 * so that head and body leave in one write, and so that a violation seen until then can still
 * become a 500. Once the head is out, all that is left for a broken response is to cut the
 * connection: a client must never take half an answer for a whole one.
 *
 * <p>An application may send or receive on a thread of its own. Such a thread is counted in before
 * it looks whether the exchange is over; the connection's thread declares it over before it looks
 * at the counts. So one of them always sees the other: a forgotten thread is refused, or the
 * connection ends with it, but it never touches the next exchange. The stage belongs to whoever
 * sends.
 */
public abstract class Exchange extends Outcome implements Receive, Send {

  private static final Headers TEXT = Headers.of("content-type", "text/plain; charset=utf-8");
  private static final byte[] NOTHING = {};
  private static final byte[] FAILURE = "Internal Server Error\n".getBytes(US_ASCII);
  private static final int CLIENT_CLOSED_REQUEST = 499;

  private static final AtomicIntegerFieldUpdater<Exchange> SENDERS =
      AtomicIntegerFieldUpdater.newUpdater(Exchange.class, "senders");
  private static final AtomicIntegerFieldUpdater<Exchange> RECEIVERS =
      AtomicIntegerFieldUpdater.newUpdater(Exchange.class, "receivers");

  private enum Stage {
    START_DUE,
    BODY_DUE,
    STREAMING,
    COMPLETE,
    BROKEN
  }

  private final Application application;
  private Stage stage = Stage.START_DUE;
  private @Nullable HttpResponseStart start;
  private long declared = Content.UNDECLARED;
  private @Nullable Representation representation;

  private final Thread thread = Thread.currentThread();
  private volatile boolean over;
  private volatile int senders;
  private volatile int receivers;

  /** Whether the client has gone, as far as is known. */
  protected volatile boolean disconnected;

  /** Whether somebody else has answered: the request had taken too long. */
  protected volatile boolean givenUp;

  private boolean delivered;
  private @Nullable Refusal refusal;

  /**
   * An exchange that is about to begin.
   *
   * @param application what answers
   * @param startNanos when the request's head was complete, by {@link System#nanoTime}
   */
  protected Exchange(
      Service service,
      Application application,
      Peer peer,
      RequestId id,
      HttpScope scope,
      long startNanos) {
    super(service, peer, id, scope, startNanos);
    this.application = application;
  }

  /**
   * Sends the head, and the first or only piece of the body with it. Calls {@link #begin} when the
   * client may see something of it.
   *
   * @param length the length of the whole body, or -1 where it is not known
   * @param bodyless whether the response has no body by its nature; then the piece is empty
   */
  protected abstract void sendHead(
      int status, Headers headers, long length, boolean bodyless, HttpResponseBody piece)
      throws IOException;

  /** Whether all of the request's body has been taken. */
  protected abstract boolean isReceived();

  /**
   * Waits for the next piece of the request's body.
   *
   * @return at least one octet, or null at its end
   * @throws Refusal if it is malformed, too large or too slow
   * @throws IOException if the client is gone
   */
  protected abstract byte @Nullable [] piece() throws IOException, Refusal;

  /**
   * Waits until the exchange is over or the client has gone; may return earlier.
   *
   * @throws IOException if the client is gone
   */
  protected abstract void awaitEnd() throws IOException;

  /** Wakes a thread that waits in {@link #awaitEnd}, though the connection be lost for it. */
  protected abstract void wake();

  /** Sends a further piece of the body. */
  protected abstract void sendBody(HttpResponseBody piece) throws IOException;

  /** Ends the connection so that the client can't take what it got for a whole response. */
  protected abstract void abort();

  /**
   * Calls the application and sees to it that there is a response. Never throws because of the
   * application or the client.
   */
  public final void run() {
    Throwable failure = call();
    // an interrupt that the application has left behind must not close the channel below
    Thread.interrupted();
    if (!over) {
      over = true;
    }
    release();
    if (senders > 0) {
      error = new ContractException("the application returned while another thread sent");
      say("Request cut: " + error.getMessage(), null);
      cut();
    } else if (stage != Stage.COMPLETE || failure != null) {
      conclude(failure);
    }
  }

  private @Nullable Throwable call() {
    Trace trace = trace();
    try (Trace.Attachment _ = trace == null ? null : trace.attach()) {
      application.handle(scope, this, this);
      return null;
    } catch (Throwable t) { // an application may throw anything, and the server must go on
      return t;
    }
  }

  private void conclude(@Nullable Throwable failure) {
    boolean headOut = stage == Stage.STREAMING || stage == Stage.BROKEN;
    if (stage == Stage.COMPLETE) {
      if (!disconnected) {
        fail(failure);
      }
    } else if (givenUp) {
      stage = Stage.BROKEN;
    } else if (refusal != null && !headOut) {
      answer(refusal.status(), (refusal.reason() + "\n").getBytes(US_ASCII));
    } else if (refusal != null || disconnected) {
      cut();
    } else {
      fail(failure == null ? new ContractException(incomplete()) : failure);
      if (headOut) {
        cut();
      } else {
        answer(500, FAILURE);
      }
    }
  }

  private String incomplete() {
    return stage == Stage.START_DUE
        ? "the application returned without sending HttpResponseStart"
        : "the application returned before the last HttpResponseBody (moreBody == false)";
  }

  private void answer(int status, byte[] text) {
    stage = Stage.START_DUE;
    try {
      start(new HttpResponseStart(status, TEXT));
      body(HttpResponseBody.last(text));
    } catch (IOException e) {
      cut();
    }
  }

  private void cut() {
    if (stage == Stage.START_DUE || stage == Stage.BODY_DUE) {
      status = CLIENT_CLOSED_REQUEST;
    }
    stage = Stage.BROKEN;
    abort();
  }

  /** Why the body could not be taken, or null if nothing was wrong with it. */
  @Override
  protected final @Nullable Refusal refusal() {
    return refusal;
  }

  /** The connection failed while something was sent. */
  protected final DisconnectedException gone(IOException e) {
    disconnected = true;
    return new DisconnectedException("the client is gone: " + e.getMessage(), e);
  }

  @Override
  public final Inbound receive() {
    RECEIVERS.incrementAndGet(this);
    try {
      return next();
    } finally {
      RECEIVERS.decrementAndGet(this);
    }
  }

  private Inbound next() {
    try {
      while (!over && !givenUp && !disconnected && refusal == null) {
        if (!isReceived()) {
          byte[] piece = piece();
          delivered = piece != null && isReceived();
          if (piece != null) {
            return new HttpRequest(piece, !delivered);
          }
        } else if (!delivered) {
          delivered = true;
          return new HttpRequest(NOTHING, false);
        } else {
          awaitEnd();
        }
      }
    } catch (Refusal e) {
      refusal = e;
    } catch (IOException e) {
      disconnected = true;
    }
    return new HttpDisconnect();
  }

  @Override
  public final void send(Outbound message) throws IOException {
    if (Thread.currentThread() == thread) {
      dispatch(message);
      return;
    }
    SENDERS.incrementAndGet(this);
    try {
      dispatch(message);
    } finally {
      SENDERS.decrementAndGet(this);
      if (over) {
        release();
      }
    }
  }

  /** Gives back what coding takes: whoever sees that the exchange is over, which may be two. */
  private void release() {
    if (representation != null) {
      representation.close();
    }
  }

  private void dispatch(Outbound message) throws IOException {
    if (over && stage != Stage.COMPLETE) {
      throw new DisconnectedException("the exchange is over: its application has returned");
    }
    switch (message) {
      case HttpResponseStart head -> start(head);
      case HttpResponseBody piece -> body(piece);
      default ->
          throw new ContractException(
              "an HTTP scope takes HttpResponseStart and HttpResponseBody, not "
                  + message.getClass().getSimpleName());
    }
  }

  private void start(HttpResponseStart head) {
    if (stage != Stage.START_DUE) {
      throw new ContractException("HttpResponseStart may be sent only once");
    }
    if (head.status() < 200 || head.status() > 599) {
      throw new ContractException("status: " + head.status() + " (expected: 200 to 599)");
    }
    declared = Content.declared(head.headers());
    start = head;
    stage = Stage.BODY_DUE;
  }

  private void body(HttpResponseBody piece) throws IOException {
    switch (stage) {
      case START_DUE ->
          throw new ContractException("HttpResponseStart must be sent before HttpResponseBody");
      case COMPLETE ->
          throw new ContractException("nothing may be sent after the last HttpResponseBody");
      case BROKEN -> throw new ContractException("the response was cut: nothing more may be sent");
      case BODY_DUE -> first(piece);
      case STREAMING -> further(piece);
    }
  }

  private void first(HttpResponseBody piece) throws IOException {
    HttpResponseStart head = Objects.requireNonNull(start);
    int code = head.status();
    boolean bodyless = Content.isAbsent(code, scope.method());
    Content.check(code, bodyless, declared, sent, piece);
    boolean known = !piece.moreBody() && (!bodyless || code != 304 && piece.length() > 0);
    long length = declared >= 0 ? declared : known ? piece.length() : -1;
    if (bodyless) {
      piece = Content.without(piece);
    }
    Codings codings = service.codings();
    if (codings == null) {
      sendHead(code, annotated(head.headers()), length, bodyless, piece);
    } else {
      release(); // what a start that could not be sent has left
      Representation coded = codings.represent(scope, head, length, bodyless, piece);
      representation = coded;
      sendHead(code, annotated(coded.headers()), coded.length(), bodyless, coded.first());
    }
    advance(piece);
  }

  /** The head is on its way: from now on the response can only be completed or cut. */
  protected final void begin(int status) {
    this.status = status;
    begun = true;
    stage = Stage.STREAMING;
  }

  private void further(HttpResponseBody piece) throws IOException {
    boolean bodyless = Content.isAbsent(status, scope.method());
    try {
      Content.check(status, bodyless, declared, sent, piece);
    } catch (ContractException e) {
      stage = Stage.BROKEN;
      throw e;
    }
    if (bodyless) {
      piece = Content.without(piece);
    }
    sendBody(representation == null ? piece : representation.code(piece));
    advance(piece);
  }

  private void advance(HttpResponseBody piece) {
    sent += piece.length();
    stage = piece.moreBody() ? Stage.STREAMING : Stage.COMPLETE;
    if (!piece.moreBody()) {
      over = true;
      if (receivers > 0) {
        wake();
      }
    }
  }

  /**
   * Whether nothing more is received or sent: the response is complete, or the application gone.
   */
  public final boolean isOver() {
    return over;
  }

  /** Whether a thread of the application's own is still sending or receiving. */
  public final boolean isShared() {
    return senders > 0 || receivers > 0;
  }

  /** Whether a thread of the application's own still waits for a message. */
  public final boolean isReceiving() {
    return receivers > 0;
  }

  /** Whether the response went out whole. */
  public final boolean isComplete() {
    return stage == Stage.COMPLETE;
  }
}
