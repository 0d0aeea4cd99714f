package dev.pounce.server.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.Running;
import dev.pounce.testkit.RawClient;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A client that sends exactly the frames it is told to, and sees every frame that comes. It reads
 * while it waits, and gives back what bodies take of the windows, unless it is told not to.
 */
final class Client implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final RawClient wire;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 24);
  private final ByteArrayOutputStream block = new ByteArrayOutputStream();
  private final Deque<Received> unclaimed = new ArrayDeque<>();
  private final Map<Integer, Answer> answers = new TreeMap<>();
  private boolean givesBack = true;
  private boolean acknowledges = true;
  private boolean ended;
  private int next = 1;

  private Client(RawClient wire) {
    this.wire = wire;
  }

  /** Connects, and says nothing. */
  static Client silent(Running server) throws IOException {
    return new Client(RawClient.connect(server.port(), PATIENCE));
  }

  /** Connects, with settings of the client's: numbers and values. */
  static Client open(Running server, int... settings) throws IOException {
    return silent(server).hello(settings);
  }

  /** Sends the preface and settings: numbers and values. */
  Client hello(int... settings) throws IOException {
    raw(Frame.PREFACE.getBytes(ISO_8859_1));
    return settings(settings);
  }

  /** From now on nothing is given back of the windows. */
  Client keepsWindows() {
    givesBack = false;
    return this;
  }

  /** From now on settings are not acknowledged. */
  Client mute() {
    acknowledges = false;
    return this;
  }

  /** The connection, for what frames can't say. */
  RawClient wire() {
    return wire;
  }

  Client raw(byte[] octets) throws IOException {
    wire.send(octets);
    return this;
  }

  /** A frame as it stands on the wire. */
  static byte[] octets(int type, int flags, int stream, byte... payload) {
    byte[] frame = new byte[Frame.HEAD + payload.length];
    int at = Frame.head(payload.length, type, flags, stream, frame, 0);
    System.arraycopy(payload, 0, frame, at, payload.length);
    return frame;
  }

  Client frame(int type, int flags, int stream, byte... payload) throws IOException {
    return raw(octets(type, flags, stream, payload));
  }

  Client settings(int... numbersAndValues) throws IOException {
    ByteBuffer payload = ByteBuffer.allocate(numbersAndValues.length / 2 * Settings.SIZE);
    for (int i = 0; i < numbersAndValues.length; i += 2) {
      payload.putShort((short) numbersAndValues[i]).putInt(numbersAndValues[i + 1]);
    }
    return frame(Frame.SETTINGS, 0, 0, payload.array());
  }

  /** A request without a body, on the next stream. */
  int get(String path, String... fields) throws IOException {
    return request(Frame.END_STREAM, Fields.of("GET", path, fields));
  }

  /** A request whose body is still to come, on the next stream. */
  int post(String path, String... fields) throws IOException {
    return request(0, Fields.of("POST", path, fields));
  }

  /** A request on the next stream. */
  int request(int flags, Fields fields) throws IOException {
    int stream = take();
    headers(stream, flags, fields);
    return stream;
  }

  /** The next stream's number. */
  int take() {
    int stream = next;
    next += 2;
    return stream;
  }

  /** HEADERS, the whole block. */
  Client headers(int stream, int flags, Fields fields) throws IOException {
    return frame(Frame.HEADERS, flags | Frame.END_HEADERS, stream, fields.octets());
  }

  /** A piece of a body. */
  Client data(int stream, String text) throws IOException {
    return frame(Frame.DATA, 0, stream, text.getBytes(ISO_8859_1));
  }

  /** The last piece of a body. */
  Client last(int stream, String text) throws IOException {
    return frame(Frame.DATA, Frame.END_STREAM, stream, text.getBytes(ISO_8859_1));
  }

  Client reset(int stream, ErrorCode code) throws IOException {
    return frame(Frame.RST_STREAM, 0, stream, number(code.ordinal()));
  }

  /** More may be sent: on a stream, or for 0 on all together. */
  Client open(int stream, int octets) throws IOException {
    return frame(Frame.WINDOW_UPDATE, 0, stream, number(octets));
  }

  Client ping(long opaque) throws IOException {
    return frame(Frame.PING, 0, 0, number(opaque));
  }

  /** Answers a PING. */
  Client pong(Received ping) throws IOException {
    return frame(Frame.PING, Frame.ACK, 0, ping.payload());
  }

  /** Waits for a PING that wants an answer. */
  Received awaitPing() throws IOException {
    return await("a PING", f -> f.type() == Frame.PING && !f.has(Frame.ACK));
  }

  /** Waits for more room on a stream, or for 0 on all together, and tells how much. */
  int awaitRoom(int stream) throws IOException {
    return await("an update", f -> f.type() == Frame.WINDOW_UPDATE && f.stream() == stream)
        .number(0);
  }

  /** The text of the answer to a POST, of an application that gives back what it gets. */
  String echo(String text) throws IOException {
    int stream = post("/");
    return last(stream, text).whole(stream).text();
  }

  private static byte[] number(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  private static byte[] number(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  /** Sends a PING and waits for its answer: all that was sent before has been seen. */
  Client sync() throws IOException {
    ping(0x53594e43);
    await("the PING's answer", f -> f.type() == Frame.PING && f.has(Frame.ACK));
    return this;
  }

  /** The answer on a stream, as far as it has come. */
  Answer sofar(int stream) {
    return answers.computeIfAbsent(stream, _ -> new Answer());
  }

  /** Waits until nothing more comes on a stream. */
  Answer answer(int stream) throws IOException {
    Answer answer = sofar(stream);
    readUntil("the end of stream " + stream, answer::isOver);
    return answer;
  }

  /** Waits for a whole answer. */
  Answer whole(int stream) throws IOException {
    Answer answer = answer(stream);
    assertThat(answer.isWhole()).as("%s", answer).isTrue();
    return answer;
  }

  /** Waits until so much has come of a body. */
  Answer awaitBody(int stream, int octets) throws IOException {
    Answer answer = sofar(stream);
    readUntil(octets + " octets on stream " + stream, () -> answer.length() >= octets);
    return answer;
  }

  /** Waits for a response's head. */
  Answer awaitHead(int stream) throws IOException {
    Answer answer = sofar(stream);
    readUntil("a head on stream " + stream, answer::hasHead);
    return answer;
  }

  /** Waits until a stream is reset, and tells why. */
  ErrorCode awaitReset(int stream) throws IOException {
    Answer answer = sofar(stream);
    readUntil("a reset of stream " + stream, () -> answer.reset() != null);
    ErrorCode code = answer.reset();
    assertThat(code).isNotNull();
    return code;
  }

  /** Waits for a frame of a type. */
  Received await(int type) throws IOException {
    return await("a frame of type " + type, frame -> frame.type() == type);
  }

  /** Waits for a frame that nobody has waited for yet. */
  Received await(String what, Predicate<Received> wanted) throws IOException {
    Received[] found = new Received[1];
    readUntil(
        what,
        () -> {
          for (Received frame : unclaimed) {
            if (wanted.test(frame)) {
              unclaimed.remove(frame);
              found[0] = frame;
              return true;
            }
          }
          return false;
        });
    return found[0];
  }

  /** Waits for a GOAWAY that says why the connection ends, and for its end. */
  Received awaitEnd() throws IOException {
    Received last = await(Frame.GOAWAY);
    readToEnd();
    for (Received frame : unclaimed) {
      last = frame.type() == Frame.GOAWAY ? frame : last;
    }
    return last;
  }

  /** Reads to the end of the connection. */
  Client readToEnd() throws IOException {
    while (!ended) {
      read();
    }
    return this;
  }

  /** All frames that nobody has waited for. */
  List<Received> unclaimed() {
    return List.copyOf(unclaimed);
  }

  private void readUntil(String what, BooleanSupplier enough) throws IOException {
    while (!enough.getAsBoolean()) {
      if (ended) {
        throw new AssertionError("the connection ended before " + what + "; " + this);
      }
      read();
    }
  }

  private void read() throws IOException {
    try {
      byte[] head = wire.readExactly(Frame.HEAD);
      byte[] payload = wire.readExactly(Frame.int24(head, 0));
      take(new Received(head[3], head[4] & 0xff, Frame.int31(head, 5), payload));
    } catch (EOFException | SocketException e) {
      ended = true;
    }
  }

  private void take(Received frame) throws IOException {
    Answer answer = sofar(frame.stream());
    switch (frame.type()) {
      case Frame.HEADERS, Frame.CONTINUATION -> {
        block.writeBytes(frame.payload());
        if (frame.has(Frame.END_HEADERS)) {
          answer.head(decode());
        }
      }
      case Frame.DATA -> {
        answer.body(frame.payload(), 0, frame.payload().length);
        giveBack(frame);
      }
      case Frame.RST_STREAM -> answer.reset(frame.reset());
      case Frame.SETTINGS -> {
        if (acknowledges && !frame.has(Frame.ACK)) {
          try {
            frame(Frame.SETTINGS, Frame.ACK, 0);
          } catch (SocketException e) {
            // closed already
          }
        }
      }
      default -> {}
    }
    if (frame.type() <= Frame.HEADERS && frame.has(Frame.END_STREAM)) {
      answer.end();
    }
    unclaimed.add(frame);
  }

  private List<String> decode() throws IOException {
    try {
      List<String> fields = new ArrayList<>();
      decoder
          .decodeHeaders(1, Unpooled.wrappedBuffer(block.toByteArray()))
          .forEach(field -> fields.add(field.getKey() + ": " + field.getValue()));
      block.reset();
      return fields;
    } catch (Http2Exception e) {
      throw new IOException(e);
    }
  }

  /** Of a table of this size the server may make use. */
  Client tableLimit(int octets) throws Http2Exception, IOException {
    decoder.configuration().maxHeaderTableSize(octets);
    return settings(Settings.HEADER_TABLE_SIZE, octets);
  }

  private void giveBack(Received data) throws IOException {
    if (givesBack && data.payload().length > 0) {
      open(0, data.payload().length);
      if (!data.has(Frame.END_STREAM)) {
        open(data.stream(), data.payload().length);
      }
    }
  }

  @Nullable Received lastGoAway() {
    return unclaimed.stream()
        .filter(f -> f.type() == Frame.GOAWAY)
        .reduce((_, b) -> b)
        .orElse(null);
  }

  @Override
  public void close() throws IOException {
    wire.close();
  }

  @Override
  public String toString() {
    return answers + " " + unclaimed;
  }
}
