package dev.pounce.server.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.pounce.app.ContractException;
import dev.pounce.app.DisconnectedException;
import dev.pounce.app.Headers;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.WebSocketAccept;
import dev.pounce.server.config.ServerConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a handshake.
 *
 * <p>The application and the clock compete: who moves {@code stage} on first answers, and nobody
 * else does. {@code decided} is open when that has been done, or when there is nobody to tell; who
 * has waited for it sees all that was noted. From then on there is a {@link Conversation}, or
 * nothing more to say.
 */
final class Opening {

  private static final Headers TEXT = Headers.of("content-type", "text/plain; charset=utf-8");

  private enum Stage {
    /** The application has not answered. */
    CONNECTING,
    /** It has begun to refuse with a response of its own. */
    DENYING,
    /** It has been refused, or was answered for it. */
    ANSWERED,
    /** It took too long. */
    GIVEN_UP,
    /** It has accepted. */
    OPEN
  }

  private final Wire wire;
  private final Offer offer;
  private final ServerConfig config;
  private final UnaryOperator<Headers> annotation;
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.CONNECTING);
  private final CountDownLatch decided = new CountDownLatch(1);
  private final ByteArrayOutputStream denial = new ByteArrayOutputStream();
  private @Nullable HttpResponseStart start;
  private volatile @Nullable Conversation conversation;
  private volatile boolean gone;

  /** The status that was sent, or 0. */
  private volatile int status;

  /** How many octets an answer had that was sent in the WebSocket's place; -1 if none was. */
  private volatile long answered = -1;

  /**
   * Of a handshake that nobody has answered.
   *
   * @param wire what carries it
   * @param annotation adds to an answer's fields what the server knows
   */
  Opening(Wire wire, Offer offer, ServerConfig config, UnaryOperator<Headers> annotation) {
    this.wire = wire;
    this.offer = offer;
    this.config = config;
    this.annotation = annotation;
  }

  void accept(WebSocketAccept accept) throws IOException {
    switch (stage.get()) {
      case CONNECTING -> {}
      case OPEN -> throw new ContractException("WebSocketAccept may be sent only once");
      case DENYING, ANSWERED ->
          throw new ContractException("WebSocketAccept may not be sent after a refusal");
      case GIVEN_UP -> throw late();
    }
    Headers headers = annotation.apply(offer.response(accept));
    move(Stage.CONNECTING, Stage.OPEN);
    try {
      wire.open(headers);
    } catch (IOException e) {
      throw gone(e);
    }
    status = wire.opening();
    conversation = new Conversation(wire, config, offer.compression(), System.nanoTime());
    decided.countDown();
  }

  /** Refuses without a reason, if nothing has been answered yet; tells whether that is so. */
  boolean refuse() throws IOException {
    if (stage.get() != Stage.CONNECTING) {
      return false;
    }
    move(Stage.CONNECTING, Stage.ANSWERED);
    answer(403, "Forbidden");
    return true;
  }

  void deny(HttpResponseStart head) throws IOException {
    switch (stage.get()) {
      case CONNECTING -> {}
      case OPEN ->
          throw new ContractException("HttpResponseStart may not be sent after WebSocketAccept");
      case DENYING, ANSWERED ->
          throw new ContractException("HttpResponseStart may be sent only once");
      case GIVEN_UP -> throw late();
    }
    if (head.status() < 300 || head.status() > 599) {
      throw new ContractException("status: " + head.status() + " (expected: 300 to 599)");
    }
    move(Stage.CONNECTING, Stage.DENYING);
    start = head;
  }

  void deny(HttpResponseBody piece) throws IOException {
    HttpResponseStart head = start;
    switch (stage.get()) {
      case CONNECTING, OPEN ->
          throw new ContractException("HttpResponseStart must be sent before HttpResponseBody");
      case ANSWERED ->
          throw new ContractException("nothing may be sent after the last HttpResponseBody");
      case GIVEN_UP -> throw late();
      case DENYING -> denial.write(piece.body(), piece.offset(), piece.length());
    }
    if (head != null && !piece.moreBody()) {
      move(Stage.DENYING, Stage.ANSWERED);
      boolean bodyless = head.status() == 304;
      answer(head.status(), head.headers(), bodyless ? new byte[0] : denial.toByteArray());
    }
  }

  /** Decides what becomes of the handshake, unless the clock has done so. */
  private void move(Stage from, Stage to) throws DisconnectedException {
    if (gone) {
      throw new DisconnectedException("the client has closed the connection");
    }
    if (!stage.compareAndSet(from, to)) {
      throw late();
    }
  }

  private static DisconnectedException late() {
    return new DisconnectedException("the request has timed out: it was answered with 504");
  }

  private DisconnectedException gone(IOException e) {
    disconnect();
    return new DisconnectedException("the client is gone: " + e.getMessage(), e);
  }

  /**
   * Takes the answer out of the application's hands, because it has returned without one.
   *
   * @return whether there was none
   */
  boolean claim() {
    return settle(Stage.ANSWERED);
  }

  /**
   * As {@link #claim}, because the application takes too long.
   *
   * @return whether there was no answer, and is somebody to tell
   */
  boolean giveUp() {
    return !gone && settle(Stage.GIVEN_UP);
  }

  private boolean settle(Stage to) {
    return stage.compareAndSet(Stage.CONNECTING, to) || stage.compareAndSet(Stage.DENYING, to);
  }

  /** Answers with a line of text; for who has claimed it. */
  void answer(int status, String text) throws DisconnectedException {
    answer(status, TEXT, (text + "\n").getBytes(US_ASCII));
  }

  private void answer(int status, Headers headers, byte[] body) throws DisconnectedException {
    try {
      wire.answer(status, annotation.apply(headers), body);
      this.status = status;
      answered = body.length;
    } catch (IOException e) {
      throw gone(e);
    } finally {
      decided.countDown();
    }
  }

  /** The client has left. */
  void disconnect() {
    gone = true;
    decided.countDown();
  }

  /** Waits until it is decided, or the thread is interrupted. */
  void await() {
    try {
      decided.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** If somebody is just answering, on another thread: waits until that is done. */
  void awaitAnswer() {
    Stage last = stage.get();
    while (last != Stage.CONNECTING && last != Stage.DENYING && decided.getCount() > 0) {
      try {
        decided.await();
      } catch (InterruptedException e) {
        // by whoever answers late; the application has returned already
      }
    }
  }

  /** What it has led to, or null. */
  @Nullable Conversation conversation() {
    return conversation;
  }

  /** What it has led to, for an application that wants to send something. */
  Conversation conversation(String what) throws DisconnectedException {
    switch (stage.get()) {
      case CONNECTING -> throw new ContractException("WebSocketAccept must be sent before " + what);
      case DENYING, ANSWERED ->
          throw new ContractException(what + " may not be sent after a refusal");
      case GIVEN_UP -> throw late();
      case OPEN -> {}
    }
    Conversation open = conversation;
    if (open == null) {
      throw new DisconnectedException("the client has closed the connection");
    }
    return open;
  }

  boolean isGone() {
    return gone;
  }

  boolean isGivenUp() {
    return stage.get() == Stage.GIVEN_UP;
  }

  boolean isAnswered() {
    return stage.get() == Stage.ANSWERED;
  }

  /** What the application has left out, for people. */
  String missing() {
    return stage.get() == Stage.DENYING
        ? "before the last HttpResponseBody (moreBody == false)"
        : "without sending WebSocketAccept or WebSocketClose";
  }

  /** The status that was sent, or 0. */
  int status() {
    return status;
  }

  /** How many octets an answer had that was sent in the WebSocket's place; -1 if none was. */
  long answered() {
    return answered;
  }
}
