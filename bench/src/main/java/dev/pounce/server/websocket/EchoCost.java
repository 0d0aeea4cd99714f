package dev.pounce.server.websocket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A WebSocket message of 1 KiB of text: unmasked, read, and echoed, without a socket. In the
 * package of the codec, because it is nobody else's business.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EchoCost {

  private static final int KEY = 0x37fa213d;
  private static final int SIZE = 1024;

  /** What was agreed on. */
  public enum Agreement {
    /** No compression. */
    PLAIN,
    /** Compression, each message alone. */
    ALONE,
    /** Compression, contexts kept. */
    KEPT
  }

  /** What was agreed on; the client's messages are not compressed all the same. */
  @Param public Agreement agreement = Agreement.PLAIN;

  private final byte[] payload = new byte[SIZE];
  private byte[] wire = {};
  private int at;
  private long written;
  private Reader reader;
  private Writer writer;

  /** Puts the frame together. */
  @Setup
  public void open() throws Unacceptable {
    String line = "{\"id\": 4711, \"name\": \"pounce\", \"state\": \"running\"}\n";
    for (int i = 0; i < SIZE; i++) {
      payload[i] = (byte) line.charAt(i % line.length());
    }
    byte[] masked = payload.clone();
    Mask.apply(KEY, 0, masked, 0, SIZE);
    ByteBuffer frame = ByteBuffer.allocate(8 + SIZE);
    frame.putShort((short) 0x81fe).putShort((short) SIZE).putInt(KEY).put(masked);
    wire = frame.array();
    Compression compression = compression();
    reader = new Reader(this::read, 1 << 20, compression);
    writer = new Writer((octets, from, to) -> written += to - from, compression);
  }

  private @Nullable Compression compression() throws Unacceptable {
    return agreement == Agreement.PLAIN
        ? null
        : Compression.negotiate(List.of("permessage-deflate"), agreement == Agreement.KEPT);
  }

  private int read(byte[] octets, int from, int to) {
    int count = Math.min(to - from, wire.length - at);
    System.arraycopy(wire, at, octets, from, count);
    at = at + count == wire.length ? 0 : at + count;
    return count;
  }

  /** Gives native memory back. */
  @TearDown
  public void close() {
    reader.end();
    writer.end();
  }

  /** Unmasks 1 KiB. */
  @Benchmark
  public byte[] unmask() {
    Mask.apply(KEY, 0, payload, 0, SIZE);
    return payload;
  }

  /** Reads a message. */
  @Benchmark
  public Message read() throws IOException, Failure {
    return reader.read();
  }

  /** Reads a message and sends it back; returns how many octets have been sent. */
  @Benchmark
  public long echo() throws IOException, Failure {
    if (!(reader.read() instanceof Message.Text text) || !writer.text(text.text())) {
      throw new IllegalStateException("no echo");
    }
    return written;
  }
}
