package dev.pounce.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Sends a text over WebSockets, again for each echo that comes back, and prints what {@code
 * wrk.lua} prints.
 *
 * <p>One thread and one selector, and as little work as possible for a message: its frame is ready,
 * masked with a key that is always the same, and each echo is compared with the frame that it must
 * be. An echo that differs in a single bit, or is split into fragments, ends the run.
 */
public final class EchoClient {
  static final String TEXT = "Hello, WebSocket! 0123456789abcd";

  private static final String HANDSHAKE =
      """
      GET /echo HTTP/1.1
      Host: localhost
      Connection: Upgrade
      Upgrade: websocket
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

      """;

  private static final String OPEN = "HTTP/1.1 101 ";

  private static final byte[] KEY = {0x37, (byte) 0xfa, 0x21, 0x3d};
  private static final ByteBuffer SENT = frame(KEY);
  private static final ByteBuffer EXPECTED = frame();
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final int depth;
  private final ByteBuffer out;
  private final ByteBuffer expected;
  private final ByteBuffer in;
  private final Latency latency = new Latency();
  private long echoes;

  /** For so many messages under way on each connection. */
  EchoClient(int depth) {
    this.depth = depth;
    out = repeated(SENT, depth);
    expected = repeated(EXPECTED, depth + 1);
    in = ByteBuffer.allocateDirect(depth * EXPECTED.capacity());
  }

  /** Port, connections, messages under way on each, milliseconds. */
  public static void main(String[] args) throws IOException {
    var client = new EchoClient(Integer.parseInt(args[2]));
    var time = Duration.ofMillis(Long.parseLong(args[3]));
    System.out.print(client.run(Integer.parseInt(args[0]), Integer.parseInt(args[1]), time));
  }

  /** The whole of a text frame, masked if there is a key. */
  private static ByteBuffer frame(byte... key) {
    byte[] payload = TEXT.getBytes(US_ASCII);
    for (int i = 0; i < payload.length && key.length > 0; i++) {
      payload[i] ^= key[i % key.length];
    }
    int masked = key.length > 0 ? 0x80 : 0;
    var frame = ByteBuffer.allocate(2 + key.length + payload.length);
    frame.put((byte) 0x81).put((byte) (masked | payload.length)).put(key).put(payload);
    return frame.flip();
  }

  private static ByteBuffer repeated(ByteBuffer frame, int times) {
    var all = ByteBuffer.allocateDirect(frame.capacity() * times);
    while (all.hasRemaining()) {
      all.put(frame.duplicate());
    }
    return all.flip();
  }

  /** One message, and what the server makes of it. Fails while nobody listens. */
  static String ask(int port) throws IOException {
    try (var channel = connect(port)) {
      channel.socket().setSoTimeout((int) PATIENCE.toMillis());
      String head = shakeHands(channel);
      if (!head.startsWith(OPEN)) {
        return head;
      }
      channel.write(SENT.duplicate());
      var in = channel.socket().getInputStream();
      return new String(in.readNBytes(EXPECTED.capacity()), ISO_8859_1);
    }
  }

  private static SocketChannel open(int port) throws IOException {
    var channel = connect(port);
    String head = shakeHands(channel);
    if (!head.startsWith(OPEN)) {
      channel.close();
      throw new IOException("no WebSocket: " + head);
    }
    return channel;
  }

  private static SocketChannel connect(int port) throws IOException {
    var channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  /** Returns the head of the answer. */
  private static String shakeHands(SocketChannel channel) throws IOException {
    channel.write(ByteBuffer.wrap(HANDSHAKE.replace("\n", "\r\n").getBytes(US_ASCII)));
    var head = new StringBuilder();
    var octet = ByteBuffer.allocate(1);
    while (head.indexOf("\r\n\r\n") < 0 && channel.read(octet.clear()) > 0) {
      head.append((char) octet.get(0));
    }
    return head.toString();
  }

  /** One connection. */
  private static final class Talk {
    final SocketChannel channel;

    /** How much of an echo has come, while the rest has not. */
    int begun;

    long sent;

    Talk(SocketChannel channel) {
      this.channel = channel;
    }
  }

  /** Talks for a time, then says how it went. */
  String run(int port, int connections, Duration time) throws IOException {
    var talks = new ArrayList<Talk>();
    try (var selector = Selector.open()) {
      for (int i = 0; i < connections; i++) {
        var talk = new Talk(open(port));
        talks.add(talk);
        talk.channel.configureBlocking(false);
        talk.channel.register(selector, SelectionKey.OP_READ, talk);
      }
      return report(talk(selector, talks, time.toNanos()));
    } finally {
      for (var talk : talks) {
        talk.channel.close();
      }
    }
  }

  /** Returns how long it has talked. */
  private long talk(Selector selector, List<Talk> talks, long nanos) throws IOException {
    var failures = new ArrayList<IOException>();
    long start = System.nanoTime();
    for (var talk : talks) {
      send(talk, depth);
    }
    while (System.nanoTime() - start < nanos) {
      if (selector.select(key -> answer(key, failures), PATIENCE.toMillis()) == 0) {
        throw new IOException("no echo for " + PATIENCE.toSeconds() + " s");
      }
      if (!failures.isEmpty()) {
        throw failures.getFirst();
      }
    }
    return System.nanoTime() - start;
  }

  private void answer(SelectionKey key, List<IOException> failures) {
    try {
      read((Talk) key.attachment());
    } catch (IOException failure) {
      failures.add(failure);
    }
  }

  private void read(Talk talk) throws IOException {
    int count = talk.channel.read(in.clear());
    if (count < 0) {
      throw new EOFException("the server closed a connection");
    }
    if (!in.flip().equals(expected.slice(talk.begun, count))) {
      throw new IOException("this is no echo: " + ISO_8859_1.decode(in));
    }
    int whole = (talk.begun + count) / EXPECTED.capacity();
    talk.begun = (talk.begun + count) % EXPECTED.capacity();
    if (whole > 0) {
      echoes += whole;
      long before = talk.sent;
      send(talk, whole);
      latency.add(talk.sent - before);
    }
  }

  private void send(Talk talk, int messages) throws IOException {
    talk.sent = System.nanoTime();
    var frames = out.clear().limit(messages * SENT.capacity());
    if (talk.channel.write(frames) < frames.limit()) {
      throw new IOException("the server does not read");
    }
  }

  private String report(long nanos) {
    return String.format(
        Locale.ROOT,
        "requests %d%nmicros %d%np50 %d%np99 %d%nerrors 0%n",
        echoes,
        nanos / 1_000,
        latency.percentile(50),
        latency.percentile(99));
  }

  /** How often each latency was seen, by the microsecond. */
  private static final class Latency {
    private final int[] counts = new int[1_000_000];
    private long total;

    void add(long nanos) {
      counts[(int) Math.min(nanos / 1_000, counts.length - 1)]++;
      total++;
    }

    int percentile(int percent) {
      long left = total * percent / 100;
      int micros = 0;
      while (micros < counts.length - 1 && (left -= counts[micros]) >= 0) {
        micros++;
      }
      return micros;
    }
  }
}
