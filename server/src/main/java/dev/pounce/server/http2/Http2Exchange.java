package dev.pounce.server.http2;

import dev.pounce.app.DisconnectedException;
import dev.pounce.app.Headers;
import dev.pounce.app.HttpDisconnect;
import dev.pounce.app.HttpRequest;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Inbound;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestId;
import dev.pounce.server.exchange.BuiltIn.Page;
import dev.pounce.server.exchange.Exchange;
import dev.pounce.server.exchange.Generation;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.Timer.Phase;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An exchange over a stream of HTTP/2: the request's body out of its DATA frames, the response on
 * to the connection's output.
 *
 * <p>{@code answered} is changed only with the output's lock held: who sets it first answers, the
 * application or, when its time is up, {@link #claim}.
 */
final class Http2Exchange extends Exchange {

  private static final byte[] NOTHING = {};

  private final Stream stream;
  private final Output output;
  private final Body body;
  private boolean expectContinue;
  private boolean delivered;
  private boolean answered;
  private boolean told;
  private volatile boolean givenUp;
  private @Nullable Refusal refusal;

  /** The octets of the response's body that are known to have been written. */
  private long confirmed;

  /** Those that are on their way, too. */
  private long queued;

  /** Where in all that the connection sends the response ends, as far as it has been sent. */
  private long end;

  Http2Exchange(
      Stream stream, Generation generation, RequestId id, HttpScope scope, long startNanos) {
    super(
        stream.link().service(),
        generation.application(),
        stream.link().peer(),
        id,
        scope,
        startNanos);
    this.stream = stream;
    this.output = stream.output();
    this.body = stream.body();
    this.expectContinue = stream.expectsContinue();
  }

  @Override
  protected Inbound next() {
    try {
      while (!isOver() && !givenUp && !disconnected && refusal == null) {
        if (!body.isFinished()) {
          byte[] piece = piece();
          delivered = piece != null && body.isFinished();
          if (piece != null) {
            return new HttpRequest(piece, !delivered);
          }
        } else if (!delivered) {
          delivered = true;
          return new HttpRequest(NOTHING, false);
        } else {
          body.awaitGone();
        }
      }
    } catch (Refusal e) {
      refusal = e;
    } catch (IOException e) {
      disconnected = true;
    }
    return new HttpDisconnect();
  }

  private byte @Nullable [] piece() throws IOException, Refusal {
    if (expectContinue) {
      expectContinue = false;
      output.proceed(stream);
    }
    stream.enter(Phase.BODY);
    byte[] piece = body.next();
    stream.enter(answered ? Phase.STREAM : Phase.HANDLER);
    if (piece != null) {
      stream.consumed(piece.length);
    }
    return piece;
  }

  @Override
  protected void wake() {
    body.abandon();
  }

  @Override
  protected void sendHead(
      int status, Headers headers, long length, boolean bodyless, HttpResponseBody piece)
      throws IOException {
    boolean whole = !piece.moreBody() && piece.length() == 0;
    output.lock();
    try {
      if (givenUp) {
        throw new DisconnectedException("the request has timed out: it was answered with 504");
      }
      checkConnected();
      answered = true;
      output.head(stream, status, headers, requestId(), status == 204 ? -1 : length, whole);
      begin(status);
      end = output.appended();
    } catch (DisconnectedException e) {
      throw e;
    } catch (IOException e) {
      throw gone(e);
    } finally {
      output.unlock();
    }
    stream.enter(Phase.STREAM);
    send(piece, whole);
  }

  @Override
  protected void sendBody(HttpResponseBody piece) throws IOException {
    checkConnected();
    send(piece, false);
  }

  private void send(HttpResponseBody piece, boolean whole) throws IOException {
    try {
      if (piece.length() > 0 || !piece.moreBody() && !whole) {
        int end = piece.offset() + piece.length();
        output.data(stream, this, piece.body(), piece.offset(), end, !piece.moreBody());
      }
      output.flush();
    } catch (IOException e) {
      throw gone(e);
    }
  }

  /** A piece of the body is on its way; with the output's lock held. */
  void queued(int octets) {
    if (output.written() >= end) {
      confirmed = queued;
    }
    queued += octets;
    end = output.appended();
  }

  private void checkConnected() throws DisconnectedException {
    if (disconnected) {
      throw new DisconnectedException("the client has ended the request");
    }
  }

  private DisconnectedException gone(IOException e) {
    disconnected = true;
    return new DisconnectedException("the client is gone: " + e.getMessage(), e);
  }

  /** The client has ended the stream, or the connection has ended. */
  void disconnect() {
    disconnected = true;
  }

  /**
   * Answers in the application's place, unless it has already begun to.
   *
   * @return whether it has not
   */
  boolean claim(Refusal timeout) {
    output.lock();
    try {
      if (answered || isOver()) {
        return false;
      }
      stream.keepPlace();
      queued(output.page(stream, Page.of(timeout), method(), requestId()));
      answered = true;
      givenUp = true;
      answeredWith(timeout.status(), new TimeoutException(timeout.reason()));
      return true;
    } catch (IOException e) {
      return false;
    } finally {
      output.unlock();
    }
  }

  /**
   * Tells what has become of it, unless that has been done: when its time is up it is told before
   * its application has returned. From then on nobody answers any more.
   *
   * @return the scratch buffer, or a larger one in its place
   */
  byte[] tell(byte[] scratch) {
    output.lock();
    try {
      if (told) {
        return scratch;
      }
      told = true;
      answered = true;
    } finally {
      output.unlock();
    }
    return complete(stream.link().journal(), System.nanoTime(), scratch);
  }

  @Override
  protected Protocol protocol() {
    return Protocol.H2;
  }

  @Override
  protected int streamId() {
    return stream.id();
  }

  @Override
  protected long written() {
    return isFlushed() ? queued : confirmed;
  }

  @Override
  protected boolean isWhole() {
    return isComplete() && isFlushed();
  }

  private boolean isFlushed() {
    return output.written() >= end;
  }

  @Override
  protected @Nullable Throwable severed() {
    return stream.severedBy();
  }

  @Override
  protected boolean givenUp() {
    return givenUp;
  }

  @Override
  protected @Nullable Refusal refusal() {
    return refusal;
  }

  @Override
  protected void abort() {
    if (!givenUp) {
      stream.reset(disconnected ? ErrorCode.CANCEL : ErrorCode.INTERNAL_ERROR);
    }
  }
}
