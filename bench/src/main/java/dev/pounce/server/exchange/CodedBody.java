package dev.pounce.server.exchange;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.pounce.app.Headers;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.HttpScope;
import dev.pounce.observe.RequestId;
import dev.pounce.server.config.ServerConfig;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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
 * A response of 10 KB of JSON, from what the application gives to what the protocol gets, and one
 * more server-sent event of a stream. Each says how large its result is.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodedBody {

  private static final int SIZE = 10 * 1024;
  private static final int EVENTS = 1024;
  private static final HttpResponseStart START =
      new HttpResponseStart(
          200, Headers.of("content-type", "application/json", "cache-control", "no-cache"));

  /** What the client accepts; nothing is a client that takes the body as it is. */
  @Param({"zstd", "br", "gzip", "identity"})
  public String accept = "zstd";

  private final Codings codings =
      Objects.requireNonNull(Codings.of(ServerConfig.builder().compression(true).build()));
  private final HttpResponseBody event = new HttpResponseBody(json(300), true);
  private HttpScope scope;
  private HttpResponseBody body;
  private Representation stream;
  private int events;

  /** What a usual API answers. */
  private static byte[] json(int size) {
    Random random = new Random(1);
    StringBuilder json = new StringBuilder("[");
    for (int id = 100_000; json.length() < size; id++) {
      json.append("{\"id\":").append(id);
      json.append(",\"name\":\"").append(Long.toString(random.nextLong() >>> 34, 36));
      json.append("\",\"price\":").append(random.nextInt(10_000) / 100.0);
      json.append(",\"tags\":[\"new\",\"sale\"],\"inStock\":").append(random.nextBoolean());
      json.append("},\n");
    }
    return json.append("{}]\n").toString().getBytes(US_ASCII);
  }

  /** Makes the request, and says what becomes of the body. */
  @Setup
  public void ask() {
    Headers headers = Headers.of("host", "www.example.org", "accept-encoding", accept);
    RequestId id = RequestId.of(1, 1);
    scope =
        new HttpScope(
            "GET", "/", "/", "", "1.1", "http", headers, null, null, Map.of("id", id), Map.of());
    body = HttpResponseBody.last(json(SIZE));
    System.out.println(body.length() + " bytes become " + whole());
    stream = begin();
  }

  private Representation begin() {
    return codings.represent(scope, START, -1, false, event);
  }

  /** Ends the stream. */
  @TearDown
  public void end() {
    stream.close();
  }

  /** The whole body, and the fields that tell of it. */
  @Benchmark
  public long whole() {
    return codings.represent(scope, START, body.length(), false, body).length();
  }

  /** One more event of 300 bytes; every thousandth begins another stream. */
  @Benchmark
  public int event() throws IOException {
    if (++events % EVENTS == 0) {
      stream.close();
      stream = begin();
    }
    return stream.code(event).length();
  }
}
