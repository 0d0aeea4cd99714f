package dev.pounce.server.http1;

import dev.pounce.app.Headers;
import dev.pounce.app.HttpScope;
import dev.pounce.observe.RequestId;
import dev.pounce.server.exchange.Generation;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.RequestLine;
import dev.pounce.server.exchange.Service;
import dev.pounce.server.exchange.Timer.Phase;
import dev.pounce.server.http1.ResponseHead.Persistence;
import dev.pounce.server.listen.Carrier;
import dev.pounce.server.websocket.Handshake;
import dev.pounce.server.websocket.Offer;
import dev.pounce.server.websocket.Unacceptable;
import dev.pounce.server.websocket.WebSocketExchange;
import dev.pounce.server.websocket.Wire;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * A request that makes its connection a WebSocket (RFC 6455, section 4.2), and the octets after it.
 *
 * <p>Once it is open, the connection holds no desk while it waits for the client, as between
 * requests: whoever reads takes one when octets have come, and leaves it when they are used. There
 * is one reader at a time; others may write meanwhile, so the desk is taken and left with the
 * output's lock held.
 */
final class Upgrade implements Wire {

  private static final Logger LOGGER = System.getLogger("pounce");

  private final Connection connection;
  private final Dialogue dialogue;
  private final Input input;
  private final Output output;
  private final RequestId id;
  private final String accept;

  /** Who has read last. */
  private volatile @Nullable Thread reader;

  private Upgrade(Connection connection, RequestId id, String accept) {
    this.connection = connection;
    this.dialogue = connection.dialogue();
    this.input = connection.input();
    this.output = connection.output();
    this.id = id;
    this.accept = accept;
  }

  /**
   * Serves the request whose head is at the desk, to the WebSocket's end.
   *
   * @throws Refusal if it is no handshake, or comes too late
   */
  static void serve(Connection connection, Head head, Arrival arrival) throws IOException, Refusal {
    Service service = connection.service();
    Dialogue dialogue = connection.dialogue();
    Input input = connection.input();
    Headers headers = head.headers(input.octets(), input.from());
    if (head.framing().length() != 0) {
      throw Refusal.malformed("a request that opens a WebSocket has no body");
    }
    Offer offer;
    String accept;
    try {
      offer = Offer.of(headers, service.config().websocketCompression());
      accept = Handshake.accept(headers.all("sec-websocket-key"));
    } catch (Unacceptable e) {
      throw Refusal.malformed(e.status(), e.reason());
    }
    if (service.standing().closing()) {
      throw Refusal.draining("the server is shutting down");
    }
    RequestLine line = head.line();
    RequestId id = dialogue.requestId();
    Generation generation = connection.tenure().generation();
    HttpScope request =
        service.scope(dialogue.peer(), id, line, headers, head.proxied(), generation);
    input.consume(head.length());
    dialogue.flush();
    WebSocketExchange exchange =
        new WebSocketExchange(
            service,
            generation,
            dialogue.peer(),
            id,
            request,
            offer,
            new Upgrade(connection, id, accept),
            connection.journal(),
            arrival.began());
    exchange.begin(line, arrival.completed());
    connection.timer().enter(Phase.HANDLER, arrival.began());
    connection.socket(exchange);
    exchange.run();
    connection.socket(null);
    exchange.end();
  }

  @Override
  public int streamId() {
    return 0;
  }

  @Override
  public int opening() {
    return 101;
  }

  @Override
  public void open(Headers headers) throws IOException {
    Headers all = headers.with("sec-websocket-accept", accept);
    head(101, all, -1, Persistence.UPGRADE, new byte[0]);
    connection.enter(Phase.WEBSOCKET);
  }

  @Override
  public void answer(int status, Headers headers, byte[] body) throws IOException {
    head(status, headers, body.length, Persistence.CLOSE, body);
    connection.enter(Phase.CLOSING);
    endOutput();
  }

  private void head(int status, Headers headers, long length, Persistence persistence, byte[] body)
      throws IOException {
    output.lock();
    try {
      connection.owner().heads().write(output, status, headers, id, length, false, persistence);
      output.append(body, 0, body.length);
      output.flush();
    } finally {
      output.unlock();
    }
  }

  @Override
  public int read(byte[] octets, int from, int to) throws IOException {
    Thread current = Thread.currentThread();
    if (reader != current) {
      reader = current;
    }
    if (input.available() == 0 && !await()) {
      return -1;
    }
    int count = Math.min(to - from, input.available());
    System.arraycopy(input.octets(), input.from(), octets, from, count);
    input.consume(count);
    return count;
  }

  /** Waits for octets, as a rule without a desk; false at the end of the stream. */
  private boolean await() throws IOException {
    flush(); // nobody is to wait for answers that are there while the client waits for them
    boolean rests = input.rest();
    while (rests) {
      leaveDesk();
      input.awaitOctets();
      takeDesk();
      rests = !input.poll() && input.rest();
    }
    return input.available() > 0 || input.fill(0) && input.available() > 0;
  }

  private void leaveDesk() {
    output.lock();
    try {
      dialogue.leaveDesk();
    } finally {
      output.unlock();
    }
  }

  private void takeDesk() {
    output.lock();
    try {
      dialogue.desk();
    } finally {
      output.unlock();
    }
  }

  @Override
  public void write(byte[] octets, int from, int to) throws IOException {
    output.lock();
    try {
      if (isAnswering()) {
        output.append(octets, from, to - from);
      } else {
        flushLocked();
        output.send(octets, from, to);
        connection.enter(Phase.WEBSOCKET);
      }
    } finally {
      output.unlock();
    }
  }

  /**
   * Whether the reader writes, and has more to read: what the client has sent at once is answered
   * at once, in one write before the next wait. The reaper sees to it that no answer waits for
   * long.
   */
  private boolean isAnswering() {
    return Thread.currentThread() == reader && input.available() > 0 && output.isOpen();
  }

  private void flushLocked() throws IOException {
    if (!output.isEmpty()) {
      output.flush();
      connection.enter(Phase.WEBSOCKET);
    }
  }

  private void flush() throws IOException {
    output.lock();
    try {
      flushLocked();
    } finally {
      output.unlock();
    }
  }

  @Override
  public void endInput() {
    connection.transport().endInput();
  }

  @Override
  public void endOutput() {
    try {
      flush();
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "the client is gone", e);
    }
    connection.transport().shutdownOutput();
  }

  @Override
  public @Nullable Throwable severed() {
    return connection.severed();
  }

  @Override
  public void start(Runnable task) {
    Carrier.thread(task).start();
  }
}
