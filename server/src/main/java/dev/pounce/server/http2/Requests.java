package dev.pounce.server.http2;

import dev.pounce.observe.RequestId;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.exchange.BuiltIn.Page;
import dev.pounce.server.exchange.Journal;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.Refused;
import dev.pounce.server.exchange.RequestLine;
import dev.pounce.server.exchange.Service;
import dev.pounce.server.http2.hpack.CompressionException;
import dev.pounce.server.http2.hpack.Decoder;
import dev.pounce.server.websocket.Offer;
import dev.pounce.server.websocket.Unacceptable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * How requests come: out of HEADERS and CONTINUATION frames, to a stream of their own or to a
 * refusal. Used by the connection's thread, but for what says otherwise.
 */
final class Requests {

  private static final Logger LOGGER = System.getLogger("pounce");
  private static final int LINE_ROOM = 1024;

  private final Session session;
  private final Link link;
  private final ServerConfig config;
  private final Output output;
  private final Streams streams;
  private final Shutdown shutdown;
  private final Decoder decoder;
  private final RequestHead head;
  private final HeaderBlock block;

  /** The highest stream that the peer has opened. */
  private int last;

  private @Nullable Stream due;
  private volatile long count;

  Requests(Session session, Shutdown shutdown) {
    this.session = session;
    this.link = session.link();
    this.config = link.service().config();
    this.output = session.output();
    this.streams = session.streams();
    this.shutdown = shutdown;
    int limit = (int) config.maxHeaderSize().bytes();
    this.decoder = new Decoder(limit);
    this.head = new RequestHead(config);
    this.block = new HeaderBlock(limit);
  }

  /** How many there have been. Any thread. */
  long count() {
    return count;
  }

  /** The request that the last frame has brought, which nobody serves yet; null if it has not. */
  @Nullable Stream due() {
    Stream stream = due;
    due = null;
    return stream;
  }

  /** The highest stream that the peer has opened. */
  int last() {
    return last;
  }

  /** Whether more of a head has to come before anything else. */
  boolean isOpen() {
    return block.isOpen();
  }

  /** Since when more of a head is waited for, or 0. Any thread. */
  long openSince() {
    return block.openSince();
  }

  /** A HEADERS frame has come, without its padding. */
  void headers(Input input) throws ConnectionError, StreamError {
    int id = input.stream();
    boolean onItself = false;
    if (input.has(Frame.WITH_PRIORITY)) {
      if (input.length() < 5) {
        throw ConnectionError.of(ErrorCode.FRAME_SIZE_ERROR, "HEADERS too short for a priority");
      }
      onItself = Frame.int31(input.octets(), input.from()) == id;
      input.narrow(input.from() + 5, input.to());
    }
    block.open(id, input.has(Frame.END_STREAM), onItself);
    fragment(input);
  }

  /** A CONTINUATION frame has come. */
  void continuation(Input input) throws ConnectionError, StreamError {
    if (!block.isOpen() || block.stream() != input.stream()) {
      throw ConnectionError.protocol("CONTINUATION without HEADERS");
    }
    fragment(input);
  }

  private void fragment(Input input) throws ConnectionError, StreamError {
    boolean whole = input.has(Frame.END_HEADERS);
    block.add(input.octets(), input.from(), input.to(), whole);
    if (whole) {
      Stream known = block.stream() > last ? null : streams.get(block.stream());
      decode(known != null);
      if (known != null) {
        trailers(known);
      } else if (block.stream() <= last) {
        streams.closed().headers(block.stream());
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
    if (stream.body().isFalse(0, true)) {
      throw Frames.badLength(stream);
    }
    stream.body().end();
  }

  /** A request has come. */
  private void open(int id) throws ConnectionError, StreamError {
    last = id;
    if (shutdown.admit(id)) {
      admitted(id);
    } else {
      streams.closed().add(id, false);
      throw new StreamError(id, ErrorCode.REFUSED_STREAM, "opened behind the last");
    }
  }

  private void admitted(int id) throws ConnectionError, StreamError {
    long now = System.nanoTime();
    RequestId requestId =
        link.service().requestId(link.peer(), head.requestId(), link.number(), next());
    RequestLine read = null;
    Refusal refusal = null;
    Offer offer = null;
    try {
      read = head.line();
      offer = head.protocol() == null ? null : offer();
      refusal = refusal(read);
    } catch (Refusal e) {
      refusal = e;
    }
    RequestLine line = read == null ? head.partialLine() : read;
    if (block.isOnItself()) {
      refusal = Refusal.malformed("a stream that depends on itself");
    }
    Stream stream = new Stream(session, id, requestId, line, head, offer, now);
    if (block.endsStream()) {
      stream.endRemote();
      stream.body().end();
    }
    if (refusal == null && stream.body().isFalse(0, block.endsStream())) {
      refusal = Refusal.malformed("the body is not as long as content-length says");
    }
    if (refusal != null) {
      refuse(stream, requestId, line, refusal, now);
    } else if (streams.isFull()) {
      String tooMany = "more than " + config.maxConcurrentStreams() + " streams";
      tell(requestId, line, Refusal.overLimit(tooMany), 0, now, client());
      streams.gone(stream);
      throw new StreamError(id, ErrorCode.REFUSED_STREAM, tooMany);
    } else {
      streams.add(stream);
      due = stream;
    }
  }

  /** What a client that asks for a WebSocket wants of it (RFC 8441, section 5). */
  private Offer offer() throws Refusal {
    if (link.service().standing().closing()) {
      throw Refusal.draining("the server is shutting down");
    }
    try {
      return Offer.of(head.headers(), config.websocketCompression());
    } catch (Unacceptable e) {
      throw Refusal.malformed(e.status(), e.reason());
    }
  }

  private long next() {
    long before = count;
    count = before + 1;
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
    streams.gone(stream);
    tell(requestId, line, refusal, sent, now, client());
    if (malformed) {
      session.trifle();
    } else if (refusal == link.admission()) {
      session.retire();
    }
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
              new byte[LINE_ROOM]);
    }
    Journal journal = link.journal();
    if (journal != null) {
      journal.rejected(id, line.method(), line.rawPath(), refusal, sent, now - began, now);
    }
  }

  /** The peer has broken the connection's rules. */
  void refuse(ConnectionError e) {
    tell(
        link.service().requestId(link.peer(), null, link.number(), next()),
        RequestLine.UNREAD,
        e.refusal(),
        0,
        System.nanoTime(),
        link.peer().name());
  }
}
