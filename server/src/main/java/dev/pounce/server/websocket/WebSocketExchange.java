package dev.pounce.server.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.pounce.app.ContractException;
import dev.pounce.app.DisconnectedException;
import dev.pounce.app.Headers;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Inbound;
import dev.pounce.app.Outbound;
import dev.pounce.app.Receive;
import dev.pounce.app.Send;
import dev.pounce.app.WebSocketAccept;
import dev.pounce.app.WebSocketClose;
import dev.pounce.app.WebSocketConnect;
import dev.pounce.app.WebSocketDisconnect;
import dev.pounce.app.WebSocketReceive;
import dev.pounce.app.WebSocketScope;
import dev.pounce.app.WebSocketSend;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.Correlation;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.Trace;
import dev.pounce.server.exchange.Generation;
import dev.pounce.server.exchange.Journal;
import dev.pounce.server.exchange.Outcome;
import dev.pounce.server.exchange.Peer;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.RequestLine;
import dev.pounce.server.exchange.Service;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket, from its handshake to its end: holds an application to the rules of the contract,
 * whatever carries the octets.
 *
 * <p>Until it is decided what becomes of the handshake, the application and the clock compete: who
 * moves {@code stage} on first answers, and nobody else does. {@code decided} is open when that has
 * been done, or when there is nobody to tell; who has waited for it sees all that was noted. From
 * then on there is a {@link Conversation}, or nothing more to say.
 *
 * <p>Who serves it calls {@link #begin}, {@link #run} and {@link #end} on one thread, and {@link
 * #tick} about ten times a second from another; a client that leaves before it is decided is told
 * by {@link #disconnect}.
 */
public final class WebSocketExchange extends Outcome implements Receive, Send {

  private static final Logger LOGGER = System.getLogger("pounce");
  private static final Headers TEXT = Headers.of("content-type", "text/plain; charset=utf-8");
  private static final int CLIENT_CLOSED_REQUEST = 499;
  private static final int LINE_ROOM = 512;

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

  private final Generation generation;
  private final @Nullable Journal journal;
  private final Offer offer;
  private final Wire wire;
  private final long startNanos;
  private final Duration patience;
  private final Thread thread = Thread.currentThread();
  private final WebSocketScope opened;

  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.CONNECTING);
  private final CountDownLatch decided = new CountDownLatch(1);
  private final AtomicBoolean ended = new AtomicBoolean();
  private final ByteArrayOutputStream denial = new ByteArrayOutputStream();
  private @Nullable HttpResponseStart start;
  private volatile @Nullable Conversation conversation;

  private volatile boolean connected;
  private volatile boolean closed;
  private volatile boolean gone;
  private volatile boolean over;

  /** How many octets an answer had that was sent in the WebSocket's place; -1 if none was. */
  private volatile long answered = -1;

  /**
   * A WebSocket that a client asks for. On the thread that is to serve it.
   *
   * @param generation what serves it
   * @param request the handshake
   * @param wire what carries it
   * @param journal the connection's, or null if nobody collects events
   * @param startNanos when the handshake's first octet was there, by {@link System#nanoTime}
   */
  public WebSocketExchange(
      Service service,
      Generation generation,
      Peer peer,
      RequestId id,
      HttpScope request,
      Offer offer,
      Wire wire,
      @Nullable Journal journal,
      long startNanos) {
    super(service, peer, id, request, startNanos);
    this.generation = generation;
    this.offer = offer;
    this.wire = wire;
    this.journal = journal;
    this.startNanos = startNanos;
    this.patience = service.config().requestTimeout();
    this.opened = service.webSocket(request, peer, id, offer.subprotocols());
  }

  /** Tells that the handshake's head was complete at that time. */
  public void begin(RequestLine line, long nanos) {
    if (journal != null) {
      started(journal, line, nanos);
    }
  }

  /**
   * Calls the application, and sees to it that the client gets an answer and, where the WebSocket
   * was opened, a close. Never throws because of the application or the client.
   */
  public void run() {
    Throwable failure = call();
    // an interrupt that the application has left behind must not close the channel below
    Thread.interrupted();
    over = true;
    awaitAnswer();
    Conversation open = conversation;
    if (open != null) {
      conclude(open, failure);
    } else {
      conclude(failure);
    }
  }

  private @Nullable Throwable call() {
    Trace trace = trace();
    try (Trace.Attachment _ = trace == null ? null : trace.attach()) {
      generation.application().handle(opened, this, this);
      return null;
    } catch (Throwable t) { // an application may throw anything, and the server must go on
      return t;
    }
  }

  /** If somebody is just answering, on another thread: waits until that is done. */
  private void awaitAnswer() {
    Stage last = stage.get();
    while (last != Stage.CONNECTING && last != Stage.DENYING && decided.getCount() > 0) {
      try {
        decided.await();
      } catch (InterruptedException e) {
        // by whoever answers late; the application has returned already
      }
    }
  }

  private void conclude(Conversation open, @Nullable Throwable failure) {
    boolean failed = failure != null && !isFarewell(failure) && severed() == null;
    if (failed) {
      fail(failure);
    }
    open.finish(new Message.Close(failed ? 1011 : 1000, ""));
  }

  /** Whether an application has only let through that there is nobody to talk to. */
  private static boolean isFarewell(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof DisconnectedException) {
        return true;
      }
    }
    return false;
  }

  private void conclude(@Nullable Throwable failure) {
    Stage last = stage.get();
    if (last == Stage.GIVEN_UP) {
      return;
    }
    if (gone) {
      status = answered < 0 ? CLIENT_CLOSED_REQUEST : status;
    } else if (last == Stage.ANSWERED) {
      if (failure != null) {
        fail(failure);
      }
    } else if (stage.compareAndSet(last, Stage.ANSWERED)) {
      fail(failure == null ? new ContractException(incomplete(last)) : failure);
      try {
        answer(500, TEXT, "Internal Server Error\n".getBytes(US_ASCII));
      } catch (DisconnectedException e) {
        status = CLIENT_CLOSED_REQUEST;
      }
    }
  }

  private static String incomplete(Stage last) {
    return last == Stage.CONNECTING
        ? "the application returned without sending WebSocketAccept or WebSocketClose"
        : "the application returned before the last HttpResponseBody (moreBody == false)";
  }

  /** Writes it into the access log and the journal, once: after {@link #run}. */
  public void end() {
    if (ended.compareAndSet(false, true)) {
      Conversation open = conversation;
      if (journal != null && open != null && open.isSilent()) {
        journal.because(ConnectionCompleted.Reason.TIMEOUT);
      }
      complete(journal, System.nanoTime(), new byte[LINE_ROOM]);
    }
  }

  @Override
  public Inbound receive() {
    if (!connected) {
      connected = true;
      return new WebSocketConnect();
    }
    try {
      decided.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Conversation open = conversation;
    return open == null
        ? new WebSocketDisconnect(Message.Close.ABNORMAL, "")
        : inbound(open.next());
  }

  private static Inbound inbound(Message message) {
    return switch (message) {
      case Message.Text text -> new WebSocketReceive(null, text.text());
      case Message.Binary binary -> new WebSocketReceive(binary.octets(), null);
      case Message.Close close -> new WebSocketDisconnect(close.code(), close.reason());
      case Message.Ping _, Message.Pong _ -> throw new AssertionError("read by the conversation");
    };
  }

  @Override
  public void send(Outbound message) throws IOException {
    if (over) {
      throw new DisconnectedException("the exchange is over: its application has returned");
    }
    switch (message) {
      case WebSocketAccept accept -> accept(accept);
      case WebSocketSend data -> data(data);
      case WebSocketClose close -> close(close);
      case HttpResponseStart head -> deny(head);
      case HttpResponseBody piece -> deny(piece);
      default ->
          throw new ContractException(
              "a WebSocket scope takes WebSocketAccept, WebSocketSend and WebSocketClose, not "
                  + message.getClass().getSimpleName());
    }
  }

  private void accept(WebSocketAccept accept) throws IOException {
    switch (stage.get()) {
      case CONNECTING -> {}
      case OPEN -> throw new ContractException("WebSocketAccept may be sent only once");
      case DENYING, ANSWERED ->
          throw new ContractException("WebSocketAccept may not be sent after a refusal");
      case GIVEN_UP -> throw late();
    }
    Headers headers = annotated(offer.response(accept));
    move(Stage.CONNECTING, Stage.OPEN);
    try {
      wire.open(headers);
    } catch (IOException e) {
      throw gone(e);
    }
    status = wire.opening();
    begun = true;
    conversation = new Conversation(wire, service.config(), offer.compression(), System.nanoTime());
    decided.countDown();
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

  private void data(WebSocketSend data) throws IOException {
    byte[] bytes = data.bytes();
    String text = data.text();
    if ((bytes == null) == (text == null)) {
      throw new ContractException("WebSocketSend has either bytes or text");
    }
    Conversation open = open("WebSocketSend");
    try {
      if (text != null ? open.text(text) : open.binary(Objects.requireNonNull(bytes))) {
        return;
      }
    } catch (IOException e) {
      throw new DisconnectedException("the client is gone: " + e.getMessage(), e);
    }
    checkOpen();
    throw new DisconnectedException("the WebSocket has been closed");
  }

  private void checkOpen() {
    if (closed) {
      throw new ContractException("nothing may be sent after WebSocketClose");
    }
  }

  private Conversation open(String what) throws DisconnectedException {
    checkOpen();
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

  private void close(WebSocketClose close) throws IOException {
    if (stage.get() == Stage.CONNECTING) {
      move(Stage.CONNECTING, Stage.ANSWERED);
      closed = true;
      answer(403, TEXT, "Forbidden\n".getBytes(US_ASCII));
      return;
    }
    Conversation open = open("WebSocketClose");
    Message.Close last = Message.Close.of(close);
    try {
      if (!open.close(last)) {
        throw new DisconnectedException("the WebSocket has been closed");
      }
    } catch (DisconnectedException e) {
      throw e;
    } catch (IOException e) {
      throw new DisconnectedException("the client is gone: " + e.getMessage(), e);
    }
    closed = true;
  }

  private void deny(HttpResponseStart head) throws IOException {
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

  private void deny(HttpResponseBody piece) throws IOException {
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

  private void answer(int status, Headers headers, byte[] body) throws DisconnectedException {
    try {
      wire.answer(status, annotated(headers), body);
      this.status = status;
      begun = true;
      answered = body.length;
    } catch (IOException e) {
      throw gone(e);
    } finally {
      decided.countDown();
    }
  }

  /** The client has left, as far as is known. Matters only before it is decided. */
  public void disconnect() {
    gone = true;
    decided.countDown();
  }

  /**
   * Looks whether something is due: an answer in the application's place, a ping, a watcher, a
   * close. To be called about ten times a second, by one thread. Never waits.
   *
   * @param now the time by {@link System#nanoTime}
   */
  public void tick(long now) {
    Conversation open = conversation;
    if (open != null) {
      open.tick(isAway(), now);
    } else if (now - startNanos > patience.toNanos() && giveUp()) {
      wire.start(this::answerLate);
    }
  }

  /** Whether what serves it is about to go away: its worker, or its version of the application. */
  private boolean isAway() {
    return service.standing().closing() || service.serving().get() != generation;
  }

  private boolean giveUp() {
    return !gone
        && (stage.compareAndSet(Stage.CONNECTING, Stage.GIVEN_UP)
            || stage.compareAndSet(Stage.DENYING, Stage.GIVEN_UP));
  }

  private void answerLate() {
    String reason = "no response within " + patience.toMillis() + " ms";
    answeredWith(504, new TimeoutException(reason));
    try {
      answer(504, TEXT, (reason + "\n").getBytes(US_ASCII));
    } catch (DisconnectedException e) {
      LOGGER.log(Level.DEBUG, "the client is gone", e);
    }
    end();
    String said =
        "Request timed out after "
            + patience.toMillis()
            + " ms: "
            + method()
            + " "
            + path()
            + Correlation.mark(requestId());
    Correlation.with(requestId(), () -> LOGGER.log(Level.WARNING, said));
    thread.interrupt();
  }

  @Override
  protected Protocol protocol() {
    return Protocol.WEBSOCKET;
  }

  @Override
  protected int streamId() {
    return wire.streamId();
  }

  @Override
  protected long written() {
    Conversation open = conversation;
    return open == null ? Math.max(0, answered) : open.sent();
  }

  @Override
  protected boolean isWhole() {
    Conversation open = conversation;
    return open == null ? answered >= 0 : open.isWhole() && severed() == null;
  }

  @Override
  protected @Nullable Refusal refusal() {
    Conversation open = conversation;
    Failure failure = open == null ? null : open.failure();
    if (failure == null) {
      return null;
    }
    return failure.code() == Failure.TOO_BIG
        ? Refusal.tooLarge(status, failure.reason())
        : Refusal.malformed(status, failure.reason());
  }

  @Override
  protected @Nullable Throwable severed() {
    return wire.severed();
  }
}
