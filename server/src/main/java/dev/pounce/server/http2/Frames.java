package dev.pounce.server.http2;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * What each frame asks for (RFC 9113, section 6), done at once. Nothing here waits for an
 * application. Used by the connection's thread.
 */
final class Frames {

  private static final Logger LOGGER = System.getLogger("pounce");

  /** A client that takes requests back may do so often, but not all the time. */
  private static final int RESETS = 1000;

  private static final int RESETS_PER_SECOND = 33;
  private static final int TRIFLES = 1000;
  private static final int TRIFLES_PER_SECOND = 100;

  /** The octets that a priority takes. */
  private static final int PRIORITY_SIZE = 5;

  private final Input input;
  private final Output output;
  private final Control control;
  private final Streams streams;
  private final Requests requests;
  private final Shutdown shutdown;
  private final Quota resets;
  private final Quota trifles;

  Frames(Session session, Input input, Requests requests, Shutdown shutdown) {
    this.input = input;
    this.output = session.output();
    this.control = session.control();
    this.streams = session.streams();
    this.requests = requests;
    this.shutdown = shutdown;
    long now = System.nanoTime();
    this.resets = new Quota("streams reset", RESETS, RESETS_PER_SECOND, now);
    this.trifles = new Quota("frames that carry nothing", TRIFLES, TRIFLES_PER_SECOND, now);
  }

  /** Takes the frame that has come. */
  void take() throws ConnectionError {
    try {
      if (requests.isOpen() && input.type() != Frame.CONTINUATION) {
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
        case Frame.CONTINUATION -> requests.continuation(input);
        default -> trifle(); // unknown ones are ignored (section 5.5)
      }
    } catch (StreamError e) {
      LOGGER.log(Level.DEBUG, () -> "stream " + e.stream() + " reset: " + e.getMessage());
      trifle();
      reset(e);
    }
  }

  /** What costs the client nothing may not come without end. */
  void trifle() throws ConnectionError {
    trifles.take(System.nanoTime());
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
      trifle();
    }
    if (stream == null || stream.isClosed() || stream.isRemoteEnded()) {
      control.received(null, whole);
      control.consumed(null, whole);
      if (stream != null && !stream.isRemoteEnded() && ends) {
        stream.endRemote();
        return;
      }
      streams.closed().data(input.stream(), stream != null && stream.isRemoteEnded());
      return;
    }
    control.received(stream, whole);
    Body body = stream.body();
    boolean right = !body.isFalse(input.length(), ends);
    boolean kept = right && body.add(input.octets(), input.from(), input.to());
    int done = kept ? whole - input.length() : whole;
    if (done > 0) {
      control.consumed(kept ? stream : null, done);
    }
    if (ends) {
      stream.endRemote();
    }
    if (!right) {
      throw badLength(stream);
    }
    if (ends) {
      body.end();
    }
  }

  /** The body is shorter or longer than it was to be (section 8.1.1). */
  static StreamError badLength(Stream stream) {
    return new StreamError(
        stream.id(), ErrorCode.PROTOCOL_ERROR, "the body is not as long as content-length says");
  }

  /** The stream that a frame is for, null if it has ended. */
  private @Nullable Stream onStream(String frame) throws ConnectionError {
    int id = input.stream();
    if (id == 0) {
      throw ConnectionError.protocol(frame + " on stream 0");
    }
    if (id > requests.last() || id % 2 == 0) {
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
    if (input.stream() % 2 == 0) {
      throw ConnectionError.protocol("HEADERS on stream " + input.stream());
    }
    unpad();
    requests.headers(input);
  }

  private void priority() throws ConnectionError, StreamError {
    int id = input.stream();
    if (id == 0) {
      throw ConnectionError.protocol("PRIORITY on stream 0");
    }
    if (input.length() != PRIORITY_SIZE) {
      throw new StreamError(id, ErrorCode.FRAME_SIZE_ERROR, "PRIORITY of another size than 5");
    }
    if (Frame.int31(input.octets(), input.from()) == id) {
      throw new StreamError(id, ErrorCode.PROTOCOL_ERROR, "a stream that depends on itself");
    }
    trifle();
  }

  private void rstStream() throws ConnectionError {
    checkSize(Integer.BYTES, "RST_STREAM");
    Stream stream = onStream("RST_STREAM");
    resets.take(System.nanoTime());
    if (stream != null) {
      streams.closed().add(stream.id(), true);
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
    trifle();
    if (!ack) {
      output.settings(input.octets(), input.from(), input.to());
    }
  }

  private void ping() throws ConnectionError {
    if (input.stream() != 0) {
      throw ConnectionError.protocol("PING on a stream");
    }
    checkSize(Long.BYTES, "PING");
    trifle();
    long opaque =
        (long) Frame.int32(input.octets(), input.from()) << 32
            | Integer.toUnsignedLong(Frame.int32(input.octets(), input.from() + 4));
    if (!input.has(Frame.ACK)) {
      control.ping(opaque, true);
    } else if (shutdown.isAnsweredBy(opaque)) {
      shutdown.hear();
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
}
