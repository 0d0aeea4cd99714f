package dev.pounce.server.http2;

import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.RequestId;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.exchange.BuiltIn.Page;
import dev.pounce.server.exchange.Generation;
import dev.pounce.server.exchange.Journal;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.Refused;
import dev.pounce.server.exchange.RequestLine;
import dev.pounce.server.exchange.Service;
import dev.pounce.server.http2.hpack.CompressionException;
import dev.pounce.server.http2.hpack.Decoder;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 on one connection (RFC 9113).
 *
 * <p>The connection's thread reads the frames, one after the other, and does at once what they ask
 * for: nothing that it does waits for an application. A request gets a {@link Stream} and a thread
 * of its own. All that goes out goes through the {@link Output}.
 *
 * <p>A stream stays in {@code streams} until its last octet is written and its application has
 * returned, so nothing that is still at work is forgotten in a drain. How many the peer may have at
 * a time is another matter: there a stream counts until its response is on its way whole, or, if it
 * was reset, until its application has returned. So whoever resets what it has asked for, or has
 * the server reset it, gets no more work done at a time than anybody else.
 *
 * <p>The end has three steps, the {@link Shutdown}: the peer is told to send no more requests, told
 * again a round trip later which was the last, and when all streams have ended the connection is
 * concluded.
 */
public final class Session {

  /** How much of all bodies is taken before an application has taken any of it. */
  static final int WINDOW = 1024 * 1024;

  private static final Logger LOGGER = System.getLogger("pounce");

  /** After how many requests the connection goes on with a new thread. */
  private static final int RELAY = 500;

  /** A client that takes requests back may do so often, but not all the time. */
  private static final int RESETS = 1000;

  private static final int RESETS_PER_SECOND = 33;
  private static final int TRIFLES = 1000;
  private static final int TRIFLES_PER_SECOND = 100;

  private final Link link;
  private final ServerConfig config;
  private final Input input;
  private final Output output;
  private final Decoder decoder;
  private final RequestHead head;
  private final HeaderBlock block;
  private final Shutdown shutdown;
  private final Closed closed = new Closed();
  private final Quota resets;
  private final Quota trifles;
  private final int most;

  private final Map<Integer, Stream> streams = new ConcurrentHashMap<>();
  private final AtomicInteger running = new AtomicInteger();

  private boolean begun;
  private volatile boolean greeted;

  /** The highest stream that the peer has opened. */
  private int last;

  private volatile long requests;
  private volatile boolean late;
  private volatile long idleSince;
  private volatile @Nullable Thread awaiting;

  /**
   * A session that has not begun.
   *
   * @param first what has been read already: the beginning of the preface, or nothing
   */
  public Session(Link link, byte[] first) {
    long now = System.nanoTime();
    this.link = link;
    this.config = link.service().config();
    this.input = new Input(link.transport(), link.number(), first);
    this.output = new Output(this, link);
    int limit = (int) config.maxHeaderSize().bytes();
    this.decoder = new Decoder(limit);
    this.head = new RequestHead(config);
    this.block = new HeaderBlock(limit);
    this.shutdown = new Shutdown(output);
    this.resets = new Quota("streams reset", RESETS, RESETS_PER_SECOND, now);
    this.trifles = new Quota("frames that carry nothing", TRIFLES, TRIFLES_PER_SECOND, now);
    this.most = config.maxConcurrentStreams();
    this.idleSince = now;
  }

  /**
   * Reads what comes, until the connection ends or goes on with another thread. Called on the
   * connection's thread.
   *
   * @return whether it goes on
   * @throws IOException if the connection is broken
   */
  public boolean talk() throws IOException {
    try {
      if (!begun && !begin()) {
        return false;
      }
      for (long relay = requests + RELAY; requests < relay; ) {
        if (!input.hasNext()) {
          output.checkBacklog();
          output.flush();
        }
        if (!input.next()) {
          return left();
        }
        if (shutdown.isConcluded()) {
          linger();
          return false;
        }
        frame();
      }
      return true;
    } catch (ConnectionError e) {
      fail(e);
      return false;
    } catch (IOException e) {
      output.fail(e);
      throw e;
    }
  }

  private boolean begin() throws IOException, ConnectionError {
    begun = true;
    link.transport().idle(false);
    output.begin(most, (int) config.maxHeaderSize().bytes());
    output.flush();
    return input.preface() || left();
  }

  /** The peer has closed, or a wait was ended because it took too long. */
  private boolean left() throws ConnectionError {
    if (late) {
      throw ConnectionError.calm(Refusal.timeout(408, "a frame did not arrive in time"));
    }
    return false;
  }

  private void frame() throws ConnectionError {
    try {
      if (!greeted && (input.type() != Frame.SETTINGS || input.has(Frame.ACK))) {
        throw ConnectionError.protocol("the first frame is no SETTINGS");
      }
      if (!greeted) {
        greeted = true;
      }
      if (block.isOpen() && input.type() != Frame.CONTINUATION) {
        throw ConnectionError.protocol("a frame between HEADERS and CONTINUATION");
      }
      switch (input.type()) {
        case Frame.DATA -> data();
        case Frame.HEADERS -> headers();
        case Frame.PRIORITY -> priority();
        case Frame.RST_STREAM -> rstStream();
        case Frame.SETTINGS -> settings();
        case Frame.PUSH_PROMISE -> throw ConnectionError.protocol("a client can't push");
        case Frame.PING -> ping();
        case Frame.GOAWAY -> goAway();
        case Frame.WINDOW_UPDATE -> windowUpdate();
        case Frame.CONTINUATION -> continuation();
        default -> trifles.take(System.nanoTime()); // unknown ones are ignored (section 5.5)
      }
    } catch (StreamError e) {
      LOGGER.log(Level.DEBUG, () -> "stream " + e.stream() + " reset: " + e.getMessage());
      trifles.take(System.nanoTime());
      reset(e);
    }
  }

  private void reset(StreamError e) {
    Stream stream = streams.get(e.stream());
    if (stream == null || stream.isClosed()) {
      output.reset(e.stream(), e.code());
    } else {
      stream.reset(e.code());
      stream.disconnect();
    }
  }

  private void data() throws ConnectionError, StreamError {
    int whole = input.length();
    Stream stream = onStream("DATA");
    unpad();
    boolean ends = input.has(Frame.END_STREAM);
    if (input.length() == 0 && !ends) {
      trifles.take(System.nanoTime());
    }
    if (stream == null || stream.isClosed() || stream.isRemoteEnded()) {
      output.received(null, whole);
      output.consumed(null, whole);
      if (stream != null && !stream.isRemoteEnded() && ends) {
        stream.endRemote();
        return;
      }
      closed.data(input.stream(), stream != null && stream.isRemoteEnded());
      return;
    }
    output.received(stream, whole);
    Body body = stream.body();
    boolean right = !body.isFalse(input.length(), ends);
    boolean kept = right && body.add(input.octets(), input.from(), input.to());
    int done = kept ? whole - input.length() : whole;
    if (done > 0) {
      output.consumed(kept ? stream : null, done);
    }
    if (ends) {
      stream.endRemote();
    }
    checkLength(stream, right);
    if (ends) {
      body.end();
    }
  }

  private static void checkLength(Stream stream, boolean right) throws StreamError {
    if (!right) {
      throw new StreamError(
          stream.id(), ErrorCode.PROTOCOL_ERROR, "the body is not as long as content-length says");
    }
  }

  /** The stream that a frame is for, null if it has ended. */
  private @Nullable Stream onStream(String frame) throws ConnectionError {
    int id = input.stream();
    if (id == 0) {
      throw ConnectionError.protocol(frame + " on stream 0");
    }
    if (id > last || id % 2 == 0) {
      throw ConnectionError.protocol(frame + " on an idle stream");
    }
    return streams.get(id);
  }

  /** Takes the padding off the payload, and the length of the padding. */
  private void unpad() throws ConnectionError {
    if (input.has(Frame.PADDED)) {
      int padding = input.length() == 0 ? 0 : input.octets()[input.from()] & 0xff;
      if (padding >= input.length()) {
        throw ConnectionError.protocol("padding longer than its frame");
      }
      input.narrow(input.from() + 1, input.to() - padding);
    }
  }

  private void headers() throws ConnectionError, StreamError {
    int id = input.stream();
    if (id % 2 == 0) {
      throw ConnectionError.protocol("HEADERS on stream " + id);
    }
    unpad();
    boolean onItself = false;
    if (input.has(Frame.WITH_PRIORITY)) {
      if (input.length() < 5) {
        throw ConnectionError.of(ErrorCode.FRAME_SIZE_ERROR, "HEADERS too short for a priority");
      }
      onItself = Frame.int31(input.octets(), input.from()) == id;
      input.narrow(input.from() + 5, input.to());
    }
    block.open(id, input.has(Frame.END_STREAM), onItself);
    fragment();
  }

  private void continuation() throws ConnectionError, StreamError {
    if (!block.isOpen() || block.stream() != input.stream()) {
      throw ConnectionError.protocol("CONTINUATION without HEADERS");
    }
    fragment();
  }

  private void fragment() throws ConnectionError, StreamError {
    boolean whole = input.has(Frame.END_HEADERS);
    block.add(input.octets(), input.from(), input.to(), whole);
    if (whole) {
      Stream known = streams.get(block.stream());
      decode(known != null);
      if (known != null) {
        trailers(known);
      } else if (block.stream() <= last) {
        closed.headers(block.stream());
      } else {
        open(block.stream());
      }
    }
  }

  /** Decodes the block, whatever becomes of its stream: the next one depends on it. */
  private void decode(boolean trailers) throws ConnectionError {
    head.reset(trailers);
    try {
      long size = decoder.decode(block.octets(), block.from(), block.to(), head);
      block.check(size, head);
    } catch (CompressionException e) {
      throw ConnectionError.of(ErrorCode.COMPRESSION_ERROR, String.valueOf(e.getMessage()));
    }
  }

  private void trailers(Stream stream) throws ConnectionError, StreamError {
    if (stream.isRemoteEnded()) {
      throw new StreamError(stream.id(), ErrorCode.STREAM_CLOSED, "HEADERS behind the end");
    }
    if (!block.endsStream() || head.isRefused()) {
      throw new StreamError(stream.id(), ErrorCode.PROTOCOL_ERROR, "malformed trailers");
    }
    stream.endRemote();
    checkLength(stream, !stream.body().isFalse(0, true));
    stream.body().end();
  }

  /** A request has come. */
  private void open(int id) throws ConnectionError, StreamError {
    last = id;
    if (shutdown.admit(id)) {
      admitted(id);
    } else {
      closed.add(id, false);
    }
  }

  private void admitted(int id) throws ConnectionError, StreamError {
    long now = System.nanoTime();
    RequestId requestId =
        link.service().requestId(link.peer(), head.requestId(), link.number(), count());
    RequestLine line = head.partialLine();
    Refusal refusal = null;
    try {
      line = head.line();
      refusal = refusal(line);
    } catch (Refusal e) {
      refusal = e;
    }
    if (block.isOnItself()) {
      refusal = Refusal.malformed("a stream that depends on itself");
    }
    Stream stream = new Stream(this, id, requestId, line, head, now);
    if (block.endsStream()) {
      stream.endRemote();
      stream.body().end();
    }
    if (refusal == null && stream.body().isFalse(0, block.endsStream())) {
      refusal = Refusal.malformed("the body is not as long as content-length says");
    }
    if (refusal != null) {
      refuse(stream, requestId, line, refusal, now);
    } else if (running.get() >= most) {
      tell(requestId, line, Refusal.overLimit("more than " + most + " streams"), 0, now, client());
      gone(stream);
      throw new StreamError(id, ErrorCode.REFUSED_STREAM, "more than " + most + " streams");
    } else {
      streams.put(id, stream);
      running.incrementAndGet();
      stream.start();
    }
  }

  private long count() {
    long before = requests;
    requests = before + 1;
    return before;
  }

  private @Nullable Refusal refusal(RequestLine line) {
    if (link.service().builtIn(line.rawPath()) != null) {
      return null;
    }
    long limit = config.maxRequestSize().bytes();
    if (head.length() > limit) {
      return Refusal.tooLarge(413, "request body larger than " + limit + " bytes");
    }
    return link.admission();
  }

  /** Answers a request with a refusal. What is malformed ends its stream with an error, too. */
  private void refuse(
      Stream stream, RequestId requestId, RequestLine line, Refusal refusal, long now)
      throws ConnectionError {
    int sent = 0;
    boolean malformed = refusal.status() == 400;
    output.lock();
    try {
      sent = output.page(stream, Page.of(refusal), line.method(), requestId);
      if (malformed || !stream.isRemoteEnded()) {
        output.reset(stream.id(), malformed ? ErrorCode.PROTOCOL_ERROR : ErrorCode.NO_ERROR);
      }
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "the client is gone", e);
    } finally {
      output.unlock();
    }
    gone(stream);
    tell(requestId, line, refusal, sent, now, client());
    if (malformed) {
      trifles.take(now);
    } else if (refusal == link.admission()) {
      retire();
    }
  }

  private void gone(Stream stream) {
    closed.add(stream.id(), stream.isRemoteEnded());
    shutdown.leave();
  }

  /** Who is refused: by what a trusted proxy says. */
  private String client() {
    return head.proxied() ? link.service().client(link.peer(), head.headers()) : link.peer().name();
  }

  /** Writes a refusal into the log and the journal. */
  private void tell(
      RequestId id, RequestLine line, Refusal refusal, int sent, long began, String client) {
    Service service = link.service();
    long now = System.nanoTime();
    if (service.log().enabled(refusal.status())) {
      service
          .log()
          .record(
              new Refused(line, id, refusal.status(), sent, now - began, now, client),
              new byte[1024]);
    }
    Journal journal = link.journal();
    if (journal != null) {
      journal.rejected(id, line.method(), line.rawPath(), refusal, sent, now - began, now);
    }
  }

  private void priority() throws ConnectionError, StreamError {
    int id = input.stream();
    if (id == 0) {
      throw ConnectionError.protocol("PRIORITY on stream 0");
    }
    if (input.length() != 5) {
      throw new StreamError(id, ErrorCode.FRAME_SIZE_ERROR, "PRIORITY of another size than 5");
    }
    if (Frame.int31(input.octets(), input.from()) == id) {
      throw new StreamError(id, ErrorCode.PROTOCOL_ERROR, "a stream that depends on itself");
    }
    trifles.take(System.nanoTime());
  }

  private void rstStream() throws ConnectionError {
    checkSize(Integer.BYTES, "RST_STREAM");
    Stream stream = onStream("RST_STREAM");
    resets.take(System.nanoTime());
    if (stream != null) {
      closed.add(stream.id(), true);
      stream.endRemote();
      int code = Frame.int32(input.octets(), input.from());
      LOGGER.log(
          Level.DEBUG,
          () -> "stream " + stream.id() + " reset by the client: " + ErrorCode.name(code));
      stream.disconnect();
    }
  }

  private void settings() throws ConnectionError {
    if (input.stream() != 0) {
      throw ConnectionError.protocol("SETTINGS on a stream");
    }
    boolean ack = input.has(Frame.ACK);
    if (input.length() % Settings.SIZE != 0 || ack && input.length() > 0) {
      throw ConnectionError.of(ErrorCode.FRAME_SIZE_ERROR, "SETTINGS of a wrong size");
    }
    trifles.take(System.nanoTime());
    if (!ack) {
      output.settings(input.octets(), input.from(), input.to());
    }
  }

  private void ping() throws ConnectionError {
    if (input.stream() != 0) {
      throw ConnectionError.protocol("PING on a stream");
    }
    checkSize(Long.BYTES, "PING");
    trifles.take(System.nanoTime());
    long opaque =
        (long) Frame.int32(input.octets(), input.from()) << 32
            | Integer.toUnsignedLong(Frame.int32(input.octets(), input.from() + 4));
    if (!input.has(Frame.ACK)) {
      output.ping(opaque, true);
    } else if (shutdown.isAnsweredBy(opaque)) {
      shutdown.settle();
    }
  }

  private void goAway() throws ConnectionError {
    if (input.stream() != 0) {
      throw ConnectionError.protocol("GOAWAY on a stream");
    }
    if (input.length() < 2 * Integer.BYTES) {
      throw ConnectionError.of(ErrorCode.FRAME_SIZE_ERROR, "GOAWAY too short");
    }
    int code = Frame.int32(input.octets(), input.from() + 4);
    LOGGER.log(Level.DEBUG, () -> "the client goes away: " + ErrorCode.name(code));
  }

  private void windowUpdate() throws ConnectionError, StreamError {
    checkSize(Integer.BYTES, "WINDOW_UPDATE");
    int octets = Frame.int31(input.octets(), input.from());
    Stream stream = input.stream() == 0 ? null : onStream("WINDOW_UPDATE");
    if (octets == 0) {
      if (input.stream() == 0) {
        throw ConnectionError.protocol("WINDOW_UPDATE of 0");
      }
      throw new StreamError(input.stream(), ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE of 0");
    }
    if (input.stream() == 0) {
      output.open(octets);
    } else if (stream != null) {
      output.open(stream, octets);
    }
  }

  private void checkSize(int size, String frame) throws ConnectionError {
    if (input.length() != size) {
      throw ConnectionError.of(ErrorCode.FRAME_SIZE_ERROR, frame + " of another size than " + size);
    }
  }

  /** The peer has broken the connection's rules: it is told how, and nothing more is served. */
  private void fail(ConnectionError e) {
    LOGGER.log(Level.DEBUG, () -> "HTTP/2 with " + link.peer().name() + ": " + e.getMessage());
    tell(
        link.service().requestId(link.peer(), null, link.number(), count()),
        RequestLine.UNREAD,
        e.refusal(),
        0,
        System.nanoTime(),
        link.peer().name());
    Journal journal = link.journal();
    if (journal != null) {
      journal.because(
          switch (e.refusal().why()) {
            case TIMEOUT -> ConnectionCompleted.Reason.TIMEOUT;
            default -> ConnectionCompleted.Reason.ERROR;
          });
    }
    streams.values().forEach(Stream::disconnect);
    shutdown.fail(e);
    linger();
  }

  /** Lets the peer read the GOAWAY: closing on octets that it still sends would destroy it. */
  private void linger() {
    try {
      while (input.skip()) {
        LOGGER.log(Level.TRACE, "octets behind the end are dropped");
      }
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "the client is gone", e);
    }
  }

  /**
   * After the last frame: waits for those who are still at work. Called on the connection's thread.
   */
  public void end() {
    Journal journal = link.journal();
    boolean early = !streams.values().stream().allMatch(Stream::isClosed);
    if (journal != null && early && link.severed() == null) {
      journal.because(ConnectionCompleted.Reason.CLIENT_DISCONNECT);
    }
    output.fail(new IOException("the connection has ended"));
    streams.values().forEach(Stream::disconnect);
    awaiting = Thread.currentThread();
    boolean interrupted = false;
    while (!streams.isEmpty()) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    input.rest();
  }

  /** A stream has ended, and all that was to be said of it is said. */
  void ended(Stream stream) {
    int dropped = stream.body().drop();
    if (dropped > 0) {
      output.consumed(null, dropped);
    }
    streams.remove(stream.id());
    gone(stream);
    if (streams.isEmpty()) {
      idleSince = System.nanoTime();
      LockSupport.unpark(awaiting);
    }
  }

  /** A stream no longer counts among those that the peer may have. */
  void leave() {
    running.decrementAndGet();
  }

  /** Whether others than the caller are likely to have something to send. */
  boolean isBusy() {
    return running.get() > 0;
  }

  Collection<Stream> streams() {
    return streams.values();
  }

  Link link() {
    return link;
  }

  Output output() {
    return output;
  }

  /** How many requests there have been. Any thread. */
  public long requests() {
    return requests;
  }

  /** How many requests are under way. Any thread. */
  public int active() {
    return streams.size();
  }

  /** How many of them a generation serves, or may begin to serve. Any thread. */
  public int served(Generation by) {
    int served = 0;
    for (Stream stream : streams.values()) {
      served += stream.isServedBy(by) || stream.isPending() ? 1 : 0;
    }
    return served;
  }

  /**
   * Cuts the requests that a generation serves. Any thread.
   *
   * @return how many
   */
  public int cut(Generation by, Throwable why) {
    int cut = 0;
    for (Stream stream : streams.values()) {
      if (stream.isServedBy(by)) {
        stream.cut(why);
        stream.interrupt();
        cut++;
      }
    }
    return cut;
  }

  /** Interrupts all applications at work. Any thread. */
  public void interrupt() {
    streams.values().forEach(Stream::interrupt);
  }

  /** The stream that is served on a thread, for people, or null. Any thread. */
  public @Nullable String onThread(long threadId) {
    for (Stream stream : streams.values()) {
      if (stream.isOn(threadId)) {
        return stream.toString();
      }
    }
    return null;
  }

  /** Lets the peer send no more requests: those under way are answered. Any thread; never waits. */
  public void retire() {
    shutdown.begin(System.nanoTime());
  }

  /**
   * Looks whether something has taken too long.
   *
   * @param now the time by {@link System#nanoTime}
   * @param threads makes threads for what might wait
   */
  public void tick(long now, ThreadFactory threads) {
    if (link.service().standing().closing()) {
      retire();
    }
    shutdown.tick(now);
    tickInput(now);
    long writing = output.writingSince();
    Duration limit = config.writeTimeout();
    if (writing != 0 && now - writing > limit.toNanos()) {
      link.sever(new TimeoutException("a write waited " + limit.toMillis() + " ms for the client"));
    }
    for (Stream stream : streams.values()) {
      stream.tick(now, threads);
    }
  }

  private void tickInput(long now) {
    long partial = input.partialSince() == 0 ? block.openSince() : input.partialSince();
    if (partial != 0) {
      if (now - partial > config.headerTimeout().toNanos() && !late) {
        late = true;
        link.transport().endInput();
      }
    } else if (streams.isEmpty()) {
      Duration limit = greeted ? config.keepAliveTimeout() : config.headerTimeout();
      if (now - idleSince > limit.toNanos()) {
        expire();
      }
    }
  }

  private void expire() {
    Journal journal = link.journal();
    if (journal != null) {
      journal.because(ConnectionCompleted.Reason.TIMEOUT);
    }
    if (greeted) {
      retire();
    } else {
      link.transport().endInput();
    }
  }
}
