package dev.pounce.server.websocket;

import dev.pounce.app.ContractException;
import dev.pounce.app.DisconnectedException;
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
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket, from its handshake to its end: holds an application to the rules of the contract,
 * whatever carries the octets.
 *
 * <p>Until it is decided what becomes of the handshake there is an {@link Opening}; from then on
 * there is a {@link Conversation}, or nothing more to say.
 *
 * <p>Who serves it calls {@link #begin}, {@link #run} and {@link #end} on one thread, and {@link
 * #tick} about ten times a second from another; a client that leaves before it is decided is told
 * by {@link #disconnect}.
 */
public final class WebSocketExchange extends Outcome implements Receive, Send {

  private static final Logger LOGGER = System.getLogger("pounce");
  private static final int CLIENT_CLOSED_REQUEST = 499;
  private static final int LINE_ROOM = 512;

  private final Generation generation;
  private final @Nullable Journal journal;
  private final Wire wire;
  private final long startNanos;
  private final Duration patience;
  private final Thread thread = Thread.currentThread();
  private final WebSocketScope opened;
  private final Opening opening;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile boolean connected;
  private volatile boolean closed;
  private volatile boolean over;

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
    this.wire = wire;
    this.journal = journal;
    this.startNanos = startNanos;
    this.patience = service.config().requestTimeout();
    this.opening = new Opening(wire, offer, service.config(), this::annotated);
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
    opening.awaitAnswer();
    Conversation open = opening.conversation();
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

  private void conclude(Conversation open, @Nullable Throwable failure) {
    boolean failed = failure != null && !isFarewell(failure) && severed() == null;
    if (failed) {
      fail(failure);
    }
    open.finish(new Message.Close(failed ? 1011 : 1000, ""));
    status = opening.status();
    begun = true;
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
    String missing = opening.missing();
    if (!opening.isGone()) {
      if (opening.claim()) {
        fail(failure == null ? incomplete(missing) : failure);
        answer(500, "Internal Server Error");
      } else if (opening.isAnswered() && failure != null) {
        fail(failure);
      }
    }
    if (!opening.isGivenUp()) {
      begun = opening.status() != 0;
      status = begun ? opening.status() : CLIENT_CLOSED_REQUEST;
    }
  }

  private static ContractException incomplete(String missing) {
    return new ContractException("the application returned " + missing);
  }

  /** Answers in the application's place. */
  private void answer(int status, String text) {
    try {
      opening.answer(status, text);
    } catch (DisconnectedException e) {
      LOGGER.log(Level.DEBUG, "the client is gone", e);
    }
  }

  /** Writes it into the access log and the journal, once: after {@link #run}. */
  public void end() {
    if (ended.compareAndSet(false, true)) {
      Conversation open = opening.conversation();
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
    opening.await();
    Conversation open = opening.conversation();
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
      case WebSocketAccept accept -> opening.accept(accept);
      case WebSocketSend data -> data(data);
      case WebSocketClose close -> close(close);
      case HttpResponseStart head -> opening.deny(head);
      case HttpResponseBody piece -> opening.deny(piece);
      default ->
          throw new ContractException(
              "a WebSocket scope takes WebSocketAccept, WebSocketSend and WebSocketClose, not "
                  + message.getClass().getSimpleName());
    }
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
    return opening.conversation(what);
  }

  private void close(WebSocketClose close) throws IOException {
    if (opening.refuse()) {
      closed = true;
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

  /** The client has left, as far as is known. Matters only before it is decided. */
  public void disconnect() {
    opening.disconnect();
  }

  /**
   * Looks whether something is due: an answer in the application's place, a ping, a watcher, a
   * close. To be called about ten times a second, by one thread. Never waits.
   *
   * @param now the time by {@link System#nanoTime}
   */
  public void tick(long now) {
    Conversation open = opening.conversation();
    if (open != null) {
      open.tick(isAway(), now);
    } else if (now - startNanos > patience.toNanos() && opening.giveUp()) {
      wire.start(this::answerLate);
    }
  }

  /** Whether what serves it is about to go away: its worker, or its version of the application. */
  private boolean isAway() {
    return service.standing().closing() || service.serving().get() != generation;
  }

  private void answerLate() {
    String reason = "no response within " + patience.toMillis() + " ms";
    answeredWith(504, new TimeoutException(reason));
    answer(504, reason);
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
    Conversation open = opening.conversation();
    return open == null ? Math.max(0, opening.answered()) : open.sent();
  }

  @Override
  protected boolean isWhole() {
    Conversation open = opening.conversation();
    return open == null ? opening.answered() >= 0 : open.isWhole() && severed() == null;
  }

  @Override
  protected @Nullable Refusal refusal() {
    Conversation open = opening.conversation();
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
