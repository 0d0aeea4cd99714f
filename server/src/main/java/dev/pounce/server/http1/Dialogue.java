package dev.pounce.server.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.pounce.app.Headers;
import dev.pounce.app.HttpScope;
import dev.pounce.observe.RequestId;
import dev.pounce.server.exchange.BuiltIn;
import dev.pounce.server.exchange.Generation;
import dev.pounce.server.exchange.Journal;
import dev.pounce.server.exchange.Peer;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.Refused;
import dev.pounce.server.exchange.RequestLine;
import dev.pounce.server.exchange.Service;
import dev.pounce.server.exchange.Timer;
import dev.pounce.server.exchange.Timer.Phase;
import dev.pounce.server.http1.ResponseHead.Persistence;
import dev.pounce.server.http2.Link;
import dev.pounce.server.listen.Transport;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a connection's thread does: read, parse, call the application, write, again. Used by that
 * thread alone, but for {@link #flushBeforeWait} and {@link #mustClose}.
 *
 * <p>Requests that a client has sent ahead are all answered before one write, a {@link Batch}.
 *
 * <p>The dialogue sits at a {@link Desk} from a request's first octet until there is nothing more
 * to do, and then leaves it to others.
 */
final class Dialogue {

  /** What is read and dropped at most to keep a connection whose application left a body unread. */
  static final int SKIP_LIMIT = 64 * 1024;

  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n".getBytes(US_ASCII);

  private static final Logger LOGGER = System.getLogger("pounce");

  private final Connection connection;
  private final long number;
  private final Service service;
  private final @Nullable Refusal admission;
  private final Transport transport;
  private final Timer timer;
  private final Input input;
  private final Output output;
  private final Answer answer;
  private final Arrival arrival;
  private final Batch batch = new Batch();

  private @Nullable Desk desk;
  private @Nullable Peer peer;
  private long requests;
  private boolean preface;

  /** Up to where requests are still served though the connection is to end; -1 if it is not. */
  private long promised = -1;

  /**
   * Whether a thread of an application's own may still use the desk, which then nobody else may.
   */
  private boolean shared;

  Dialogue(Connection connection, long number, @Nullable Refusal admission) {
    this.connection = connection;
    this.number = number;
    this.admission = admission;
    this.service = connection.service();
    this.transport = connection.transport();
    this.timer = connection.timer();
    this.input = connection.input();
    this.output = connection.output();
    this.answer = connection.answer();
    this.arrival = new Arrival(connection, this);
  }

  /** How many requests there have been. */
  long requests() {
    return requests;
  }

  /**
   * Waits for a request's head.
   *
   * @return whether there is one to be answered
   */
  boolean await() throws IOException {
    try {
      return arrival.await();
    } catch (Refusal refusal) {
      preface = startsWithPreface();
      if (!preface) {
        refuse(refusal);
      }
      return false;
    }
  }

  /** Whether HTTP/2 is meant (RFC 9113, section 3.4): the first line says a version like none. */
  boolean startsWithPreface() {
    byte[] octets = input.octets();
    int from = input.from();
    boolean same =
        service.config().http2() && input.position() == 0 && input.available() >= PREFACE.length;
    return same && Arrays.equals(octets, from, from + PREFACE.length, PREFACE, 0, PREFACE.length);
  }

  /** Whether what has come begins HTTP/2. */
  boolean isPreface() {
    return preface;
  }

  /** Gives away all that has come, to be read by somebody else. */
  byte[] takeAll() {
    byte[] all = Arrays.copyOfRange(input.octets(), input.from(), input.to());
    arrival.refused();
    input.consume(all.length);
    if (input.close()) {
      leaveDesk();
    }
    return all;
  }

  /** The connection as HTTP/2 sees it. */
  Link link() {
    return new TcpLink(connection, number, peer(), admission);
  }

  /**
   * Answers the request that has come.
   *
   * @return whether there can be another
   */
  boolean answer() throws IOException {
    try {
      return exchange(desk().head);
    } catch (Refusal refusal) {
      refuse(refusal);
      return false;
    }
  }

  /** After the last request: nothing is kept. */
  void end() {
    complete();
    Journal journal = connection.journal();
    if (arrival.isPartial() && journal != null) {
      long now = System.nanoTime();
      journal.disconnected(null, false, 0, now - arrival.began(), now);
    }
    if (input.close() && !shared) {
      leaveDesk();
    }
  }

  /** The desk, taken when the first octet of a request is there. */
  Desk desk() {
    Desk mine = desk;
    if (mine == null) {
      mine = connection.owner().desks().take(number);
      mine.head.reset();
      desk = mine;
      output.open(mine.out);
      input.open(mine.in);
    }
    return mine;
  }

  /** Leaves the desk to others, as long as there is nothing to do. */
  void leaveDesk() {
    Desk mine = desk;
    if (mine != null) {
      desk = null;
      output.close();
      connection.owner().desks().give(number, mine);
    }
  }

  private boolean exchange(Head head) throws IOException, Refusal {
    RequestLine line = head.line();
    BuiltIn builtIn = service.builtIn(line.rawPath());
    if (builtIn != null) {
      return builtIn(builtIn, head);
    }
    if (admission != null) {
      throw admission;
    }
    if (head.isWebSocket()) {
      Upgrade.serve(connection, head, arrival);
      linger();
      return false;
    }
    long length = head.framing().length();
    long limit = service.config().maxRequestSize().bytes();
    if (length > limit) {
      throw Refusal.tooLarge(413, "request body larger than " + limit + " bytes");
    }
    RequestId id = requestId();
    Headers headers = head.headers(input.octets(), input.from());
    Generation generation = connection.tenure().generation();
    HttpScope scope = service.scope(peer(), id, line, headers, head.proxied(), generation);
    input.consume(head.length());
    Http1Exchange exchange =
        new Http1Exchange(
            connection, peer(), id, scope, head, body(length, limit), arrival.began());
    Journal journal = connection.journal();
    if (journal != null) {
      exchange.started(journal, line, arrival.completed());
    }
    connection.current(exchange);
    timer.enter(Phase.HANDLER, arrival.began());
    exchange.run();
    connection.current(null);
    shared |= exchange.isShared();
    return settle(exchange);
  }

  private @Nullable Body body(long length, long limit) {
    return length == 0
        ? null
        : new Body(
            input, this::fillBody, length, limit, (int) service.config().maxHeaderSize().bytes());
  }

  private boolean fillBody(int wanted) throws IOException, Refusal {
    flushBeforeWait();
    Http1Exchange exchange = connection.current();
    if (exchange != null) {
      exchange.proceed();
    }
    boolean late = arrival.waitIn(Phase.BODY, System.nanoTime());
    boolean more = input.fill(wanted);
    late |=
        arrival.waitIn(
            exchange == null || exchange.isAnswered() ? Phase.STREAM : Phase.HANDLER,
            System.nanoTime());
    if (late) {
      throw Refusal.timeout(408, "the body of the request did not arrive in time");
    }
    return more;
  }

  RequestId requestId() {
    String sent = desk().head.requestId(input.octets(), input.from());
    return service.requestId(peer(), sent, number, requests++);
  }

  /**
   * After the application has returned: the response is complete, or the connection is at its end.
   */
  private boolean settle(Http1Exchange exchange) throws IOException, Refusal {
    long aside = output.takeFlushedAside();
    if (aside != 0) {
      batch.complete(
          connection.journal(),
          aside,
          new byte[Desk.SIZE]); // the desk holds the response that follows
    }
    if (!exchange.isComplete()) {
      if (exchange.settle()) {
        exchange.complete(connection.journal(), System.nanoTime(), new byte[Desk.SIZE]);
      } else {
        linger();
      }
      return false;
    }
    batch.add(exchange);
    Body unread = exchange.unread();
    if (!exchange.isPersistent()) {
      flush();
      linger();
      return false;
    }
    return unread == null || skip(unread);
  }

  private boolean skip(Body unread) throws IOException {
    flush();
    try {
      unread.skip();
      return true;
    } catch (Refusal e) {
      return false;
    }
  }

  private boolean builtIn(BuiltIn builtIn, Head head) throws IOException {
    boolean last =
        head.framing().close() || head.framing().length() != 0 || mustClose(head.length());
    Persistence persistence =
        last ? Persistence.CLOSE : head.http10() ? Persistence.KEEP_ALIVE : Persistence.DEFAULT;
    answer(builtIn, persistence);
    input.consume(head.length());
    if (last) {
      flush();
      linger();
    }
    return !last;
  }

  /** Answers the request whose head is at the desk. */
  void answer(BuiltIn builtIn, Persistence persistence) throws IOException {
    Head head = desk().head;
    Headers headers = head.headers(input.octets(), input.from());
    String method = head.line().method();
    String accept = headers.contains("accept") ? String.join(",", headers.all("accept")) : null;
    answer.builtIn(builtIn, method, accept, requestId(), persistence);
  }

  /** Nothing has come, and nothing will. */
  void quit() {
    arrival.quit();
  }

  /** Answers a request with a refusal, and lets the client read it. */
  void refuse(Refusal refusal) throws IOException {
    RequestLine line = desk().head.line();
    RequestId id = requestId();
    arrival.refused();
    long length = answer.refusal(refusal, line.method(), id);
    long end = output.appended();
    try {
      flush();
    } finally {
      long now = System.nanoTime();
      long sent = Math.clamp(output.written() - end + length, 0, length);
      Refused refused =
          new Refused(line, id, refusal.status(), sent, now - arrival.began(), now, client());
      if (service.log().enabled(refusal.status())) {
        service.log().record(refused, output.scratch());
      }
      Journal journal = connection.journal();
      if (journal != null) {
        journal.rejected(
            id, line.method(), line.rawPath(), refusal, sent, now - arrival.began(), now);
      }
    }
    linger();
  }

  /** Who is refused: by what a trusted proxy says, where the head has been read. */
  private String client() {
    Head head = desk().head;
    return head.isComplete() && head.proxied()
        ? service.client(peer(), head.headers(input.octets(), input.from()))
        : peer().name();
  }

  /** Who is at the other end. */
  Peer peer() {
    Peer known = peer;
    if (known == null) {
      known = Peers.of(transport, service.config().trustedHosts());
      peer = known;
    }
    return known;
  }

  /**
   * Lets the client read the last answer: closing on octets that it still sends would destroy it.
   */
  void linger() {
    connection.enter(Phase.CLOSING);
    transport.shutdownOutput();
    try {
      while (input.fill(0)) {
        input.consume(input.available());
      }
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "the client is gone", e);
    }
  }

  void flush() throws IOException {
    if (batch.isEmpty() && output.isEmpty()) {
      return;
    }
    output.lock();
    try {
      output.flush();
    } finally {
      output.unlock();
    }
    complete();
  }

  private void complete() {
    if (!batch.isEmpty()) {
      batch.complete(connection.journal(), System.nanoTime(), output.scratch());
    }
  }

  /** Nobody is to wait for answers that are there while the client waits for them. */
  void flushBeforeWait() throws IOException {
    if (connection.tenure().isOwn()) {
      flush();
    }
  }

  /**
   * Whether the response under way must be the last. In a drain that is the one to the last of the
   * requests that had been read by then.
   *
   * @param left how many octets of its request have yet to be taken; negative if that is not known
   */
  boolean mustClose(int left) {
    if (!arrival.isExpired() && !service.standing().closing()) {
      return false;
    }
    if (left < 0 || !connection.tenure().isOwn()) {
      return true;
    }
    if (promised < 0) {
      promised = input.position() + input.available();
    }
    return input.position() + left >= promised;
  }
}
