package dev.pounce.server.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.pounce.app.Address;
import dev.pounce.app.HttpScope;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.log.AccessLog;
import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogLevel;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.exchange.Generation;
import dev.pounce.server.exchange.Observation;
import dev.pounce.server.exchange.Peer;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.Service;
import dev.pounce.server.exchange.Standing;
import dev.pounce.server.source.Version;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
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
 * From the octets of a request's head to the scope that an application is called with, ID included.
 * In the package of the codec, because it is nobody else's business.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ParseToScope {

  private static final String WRK =
      """
      GET /plaintext HTTP/1.1\r
      Host: 127.0.0.1:8000\r
      \r
      """;

  private static final String BROWSER =
      """
      GET /articles/2026/11?page=2 HTTP/1.1\r
      Host: www.example.org\r
      User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r
      Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r
      Accept-Language: en-US,en;q=0.5\r
      Accept-Encoding: gzip, deflate, br, zstd\r
      Connection: keep-alive\r
      Cookie: session=8f14e45fceea167a5a36dedd4bea2543; theme=dark\r
      Upgrade-Insecure-Requests: 1\r
      Sec-Fetch-Dest: document\r
      Sec-Fetch-Mode: navigate\r
      Sec-Fetch-Site: none\r
      Priority: u=0, i\r
      \r
      """;

  /** Whose request it is. */
  public enum Client {
    /** The load tool's: one field. */
    WRK,
    /** A browser's: a dozen. */
    BROWSER
  }

  /** Which head is parsed. */
  @Param public Client client = Client.WRK;

  private final ServerConfig config = ServerConfig.defaults();
  private final Head head = new Head(config);
  private final Peer peer =
      new Peer(
          new Address("127.0.0.1", 5000),
          new Address("127.0.0.1", 8000),
          "127.0.0.1:5000",
          false,
          null);
  private static final Generation GENERATION =
      new Generation(1, Version.of((scope, receive, send) -> {}), Map.of());
  private LogWriter writer;
  private Service service;
  private byte[] octets;
  private long requests;

  /** Makes the service that scopes are made for. */
  @Setup
  public void open() {
    octets = (client == Client.WRK ? WRK : BROWSER).getBytes(US_ASCII);
    writer = LogWriter.to(OutputStream.nullOutputStream(), LogFormat.JSON);
    AccessLog log = new AccessLog(writer, LogFormat.JSON, LogLevel.INFO);
    service =
        Service.of(
            config,
            new AtomicReference<>(GENERATION),
            new Observation(log),
            null,
            new Idle(),
            null);
  }

  private static final class Idle implements Standing {

    @Override
    public int workerId() {
      return 1;
    }

    @Override
    public int activeConnections() {
      return 1;
    }

    @Override
    public boolean draining() {
      return false;
    }

    @Override
    public boolean closing() {
      return false;
    }
  }

  /** Ends the log's thread. */
  @TearDown
  public void close() {
    writer.close();
  }

  /** Parses the head and makes the scope. */
  @Benchmark
  public HttpScope parse() throws Refusal {
    head.reset();
    if (!head.parse(octets, 0, octets.length)) {
      throw new IllegalStateException("the head is not complete");
    }
    String sent = head.requestId(octets, 0);
    RequestId id = service.requestId(peer, sent, 1, requests++);
    return service.scope(
        peer, id, head.line(), head.headers(octets, 0), head.proxied(), GENERATION);
  }
}
