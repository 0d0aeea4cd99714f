package dev.pounce.server.http2;

import dev.pounce.app.DisconnectedException;
import dev.pounce.app.Headers;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpScope;
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

  private final Stream stream;
  private final Output output;
  private final Body body;
  private boolean expectContinue;
  private boolean answered;
  private boolean told;

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
  protected boolean isReceived() {
    return body.isFinished();
  }

  @Override
  protected void awaitEnd() throws IOException {
    body.awaitGone();
  }

  @Override
  protected byte @Nullable [] piece() throws IOException, Refusal {
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
      stream.sending().keepPlace();
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
   * @param now when it ended, by {@link System#nanoTime}
   * @return the scratch buffer, or a larger one in its place
   */
  byte[] tell(byte[] scratch, long now) {
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
    return complete(stream.link().journal(), now, scratch);
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
  protected void abort() {
    if (!givenUp) {
      stream.reset(disconnected ? ErrorCode.CANCEL : ErrorCode.INTERNAL_ERROR);
    }
  }
}
