package dev.pounce.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.pounce.server.http2.hpack.CompressionException;
import dev.pounce.server.http2.hpack.Decoder;
import dev.pounce.server.http2.hpack.Encoder;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A browser's request and a usual response in HPACK, as they are from the second on: nearly all is
 * in the tables.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class HeaderBlock {

  private static final String[] REQUEST = {
    ":method", "GET",
    ":scheme", "https",
    ":authority", "www.example.org",
    ":path", "/articles/2026/11?page=2",
    "user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "accept-language", "en-US,en;q=0.5",
    "accept-encoding", "gzip, deflate, br, zstd",
    "cookie", "session=8f14e45fceea167a5a36dedd4bea2543; theme=dark",
    "sec-fetch-mode", "navigate"
  };

  private static final int PATH = 3;

  private static final byte[] DIGITS = "1234".getBytes(US_ASCII);
  private static final byte[] ID = new byte[32];

  private final Decoder decoder = new Decoder(1 << 16);
  private final Decoder first = new Decoder(1 << 16);
  private final Encoder encoder = new Encoder();
  private final byte[] target = new byte[4096];
  private byte[] strange;
  private byte[] again;
  private byte[] anotherPath;

  /** Sends the request twice, and once with a path that has not been there. */
  @Setup
  public void encodeRequests() throws CompressionException {
    Encoder client = new Encoder();
    strange = request(client);
    again = request(client);
    anotherPath = requestWithPath(client);
    decoder.decode(strange, 0, strange.length, field -> {});
  }

  private byte[] request(Encoder client) {
    int at = client.begin(target, 0);
    for (int i = 0; i < REQUEST.length / 2; i++) {
      at = client.field(REQUEST[2 * i], REQUEST[2 * i + 1], target, at);
    }
    return Arrays.copyOf(target, at);
  }

  /** The path as a literal that is not indexed, Huffman coded, the way browsers send one. */
  private byte[] requestWithPath(Encoder client) {
    int at = client.begin(target, 0);
    for (int i = 0; i < REQUEST.length / 2; i++) {
      if (i == PATH) {
        // the form of a literal without indexing, whose name has the index 4
        int from = at;
        at = new Encoder().field(":path", REQUEST[2 * i + 1], target, at);
        target[from] = 4;
      } else {
        at = client.field(REQUEST[2 * i], REQUEST[2 * i + 1], target, at);
      }
    }
    return Arrays.copyOf(target, at);
  }

  /** Ten fields that are all in the tables. */
  @Benchmark
  public long decodeAgain(Blackhole sink) throws CompressionException {
    return decoder.decode(again, 0, again.length, sink::consume);
  }

  /** Ten fields of which the path is a literal: a string and a field are made. */
  @Benchmark
  public long decodeAnotherPath(Blackhole sink) throws CompressionException {
    return decoder.decode(anotherPath, 0, anotherPath.length, sink::consume);
  }

  /** A connection's first: eight literals go into the table, and others out of it. */
  @Benchmark
  public long decodeFirst(Blackhole sink) throws CompressionException {
    return first.decode(strange, 0, strange.length, sink::consume);
  }

  /** A status and six fields, of which the request ID and the length are others each time. */
  @Benchmark
  public int encode() {
    int at = encoder.status(200, target, encoder.begin(target, 0));
    at = encoder.field("server", "pounce", target, at);
    at = encoder.field("date", "Sat, 21 Nov 2026 21:03:11 GMT", target, at);
    at = literal("x-request-id", ID, at);
    at = encoder.field("content-type", "text/plain; charset=utf-8", target, at);
    at = encoder.field("Cache-Control", "no-cache", target, at);
    return literal("content-length", DIGITS, at);
  }

  private int literal(String name, byte[] value, int from) {
    int at = encoder.open(name, value.length, target, from);
    System.arraycopy(value, 0, target, at, value.length);
    return at + value.length;
  }
}
