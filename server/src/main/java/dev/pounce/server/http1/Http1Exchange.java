package dev.pounce.server.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.pounce.app.DisconnectedException;
import dev.pounce.app.Headers;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpScope;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestId;
import dev.pounce.server.exchange.Exchange;
import dev.pounce.server.exchange.Peer;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.Timer;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An exchange over HTTP/1: the request's body off the connection's input, the response on to its
 * output.
 *
 * <p>{@code answered} is changed only with the output's lock held: who sets it first answers, the
 * application or, when its time is up, {@link #claim}.
 */
final class Http1Exchange extends Exchange {

  private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII);

  private final Connection connection;
  private final Output output;
  private final @Nullable Body body;
  private final boolean http10;
  private boolean closing;
  private boolean expectContinue;
  private boolean chunked;
  private boolean untilClose;
  private boolean answered;
  private boolean settled;
  private volatile @Nullable Thread waiter;

  /** Where in all that the connection sends the latest piece of the body begins and ends. */
  private long pieceFrom;

  private long pieceTo;

  /** The size of the body up to that piece. */
  private long before;

  /** Where the response ends, as far as it has been sent. */
  private long end = Long.MAX_VALUE;

  /** The next one whose response waits to be flushed. */
  @Nullable Http1Exchange next;

  Http1Exchange(
      Connection connection,
      Peer peer,
      RequestId id,
      HttpScope scope,
      Head head,
      @Nullable Body body,
      long startNanos) {
    super(
        connection.service(),
        connection.tenure().generation().application(),
        peer,
        id,
        scope,
        startNanos);
    this.connection = connection;
    this.output = connection.output();
    this.body = body;
    this.http10 = head.http10();
    this.closing = head.framing().close();
    this.expectContinue = body != null && head.framing().expectContinue();
  }

  @Override
  protected boolean isReceived() {
    return body == null || body.isFinished();
  }

  @Override
  protected byte @Nullable [] piece() throws IOException, Refusal {
    byte[] piece = Objects.requireNonNull(body, "what is not there is received").next();
    if (piece != null) {
      expectContinue = false;
    }
    return piece;
  }

  /** Waits for the client to leave. What it sends ahead is kept, within bounds. */
  @Override
  protected void awaitEnd() throws IOException {
    connection.dialogue().flushBeforeWait();
    if (connection.input().available() > Input.AHEAD_LIMIT) {
      waiter = Thread.currentThread();
      if (!isOver() && !givenUp && !disconnected) {
        LockSupport.park(this);
        disconnected |= Thread.interrupted();
      }
      waiter = null;
    } else if (!connection.input().fill(0)) {
      disconnected = true;
    }
  }

  @Override
  protected void wake() {
    closing = true;
    connection.transport().endInput();
    LockSupport.unpark(waiter);
  }

  /** Before the body is waited for: a client that asked for it is told to go on. */
  void proceed() throws IOException {
    if (!expectContinue) {
      return;
    }
    expectContinue = false;
    output.lock();
    try {
      if (!answered) {
        output.append(CONTINUE, 0, CONTINUE.length);
        output.flush();
      }
    } finally {
      output.unlock();
    }
  }

  @Override
  protected void sendHead(
      int status, Headers headers, long length, boolean bodyless, HttpResponseBody piece)
      throws IOException {
    output.lock();
    try {
      if (givenUp) {
        throw new DisconnectedException("the request has timed out: it was answered with 504");
      }
      checkConnected();
      answered = true;
      chunked = !bodyless && length < 0 && !http10;
      untilClose = !bodyless && length < 0 && http10;
      closing |= untilClose || mustClose(headers);
      connection
          .owner()
          .heads()
          .write(
              output,
              status,
              headers,
              requestId(),
              status == 204 ? -1 : length,
              chunked,
              closing
                  ? ResponseHead.Persistence.CLOSE
                  : http10
                      ? ResponseHead.Persistence.KEEP_ALIVE
                      : ResponseHead.Persistence.DEFAULT);
      begin(status);
      send(piece);
    } catch (DisconnectedException e) {
      throw e;
    } catch (IOException e) {
      throw gone(e);
    } finally {
      output.unlock();
    }
  }

  private boolean mustClose(Headers headers) {
    return headers.contains("connection") && asksToClose(headers)
        || expectContinue
        || refusal() != null
        || connection.dialogue().mustClose(isReceived() ? 0 : -1)
        || body != null && !body.endsWithin(Dialogue.SKIP_LIMIT);
  }

  private static boolean asksToClose(Headers headers) {
    for (String field : headers.all("connection")) {
      for (String option : field.split(",", -1)) {
        if (option.strip().equalsIgnoreCase("close")) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  protected void sendBody(HttpResponseBody piece) throws IOException {
    output.lock();
    try {
      checkConnected();
      if (piece.length() > 0 || !piece.moreBody()) {
        send(piece);
      }
    } catch (DisconnectedException e) {
      throw e;
    } catch (IOException e) {
      throw gone(e);
    } finally {
      output.unlock();
    }
  }

  /**
   * With the lock held. What has more to come goes out at once: somebody waits for it. So does all
   * of an application that has been watched: it is slow, and may go on long after its last piece.
   */
  private void send(HttpResponseBody piece) throws IOException {
    before += pieceTo - pieceFrom;
    pieceFrom = output.appended() + (chunked ? Chunk.overhead(piece.length()) : 0);
    pieceTo = pieceFrom + piece.length();
    if (chunked) {
      Chunk.write(output, piece);
    } else {
      output.append(piece.body(), piece.offset(), piece.length());
    }
    end = output.appended();
    if (piece.moreBody() || connection.input().isBeingRead()) {
      output.flush();
    }
    if (connection.timer().phase() == Timer.Phase.WRITE) {
      connection.enter(Timer.Phase.STREAM);
    }
  }

  private void checkConnected() throws DisconnectedException {
    if (settled) {
      throw new DisconnectedException("the exchange is over: its application has returned");
    }
    if (disconnected) {
      throw new DisconnectedException("the client has closed the connection");
    }
  }

  /** A watcher has seen the end of the stream. */
  void disconnect() {
    disconnected = true;
    LockSupport.unpark(waiter);
  }

  /**
   * Takes the answer away from the application. With the output's lock held.
   *
   * @return false if the application has already begun to answer
   */
  boolean claim() {
    if (answered) {
      return false;
    }
    answered = true;
    givenUp = true;
    LockSupport.unpark(waiter);
    return true;
  }

  /** Somebody has answered in the application's place; with the output's lock held. */
  void answered(Refusal answer, int bytes) {
    end = output.appended();
    pieceTo = end;
    pieceFrom = end - bytes;
    answeredWith(answer.status(), new TimeoutException(answer.reason()));
  }

  @Override
  protected Protocol protocol() {
    return Protocol.H1;
  }

  @Override
  protected long written() {
    return before + Math.clamp(output.written() - pieceFrom, 0, pieceTo - pieceFrom);
  }

  @Override
  protected boolean isWhole() {
    return isComplete() && output.written() >= end;
  }

  @Override
  protected @Nullable Throwable severed() {
    return connection.severed();
  }

  /**
   * Sees to it that nobody answers any more.
   *
   * @return false if somebody has answered in the application's place
   */
  boolean settle() {
    output.lock();
    try {
      answered = true;
      settled = true;
      return !givenUp;
    } finally {
      output.unlock();
    }
  }

  /** Whether the response has begun. */
  boolean isAnswered() {
    return answered;
  }

  @Override
  protected void abort() {
    if (!givenUp) {
      connection.abort(untilClose);
    }
    LockSupport.unpark(waiter);
  }

  /** Whether the connection can carry another request after this one. */
  boolean isPersistent() {
    return isComplete() && !closing && !isReceiving() && refusal() == null && !disconnected;
  }

  /** The part of the body that the application has not taken, or null. */
  @Nullable Body unread() {
    return isReceived() ? null : body;
  }
}
