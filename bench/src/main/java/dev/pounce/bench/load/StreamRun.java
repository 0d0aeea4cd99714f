package dev.pounce.bench.load;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Sends a large body to an application that reads slowly, and one from an application to a client
 * that reads slowly, and watches the server's memory the while. Each goes twice: what the first
 * adds is also heap that the JVM touches for the first time, what the second adds is the stream's.
 */
public final class StreamRun {
  private static final String USAGE =
      """
      usage: bench/streams [FLAGS]
        --mebibytes 2048    the size of each body
        --rate 128          MiB a second that the slow side reads\
      """;

  private static final Map<String, String> DEFAULTS = Map.of("mebibytes", "2048", "rate", "128");

  private static final long MEBIBYTE = 1024 * 1024;
  private static final long WARMUP = 16 * MEBIBYTE;
  private static final String AGAIN = "\n  again: ";

  private final long rate;
  private final Path scratch;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private StreamRun(long rate, Path scratch) {
    this.rate = rate;
    this.scratch = scratch;
  }

  /** Moves so many bytes and returns how many the other side counted. */
  @FunctionalInterface
  private interface Transfer {
    long move(URI server, long bytes) throws IOException, InterruptedException;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    var flags = Flags.parse(USAGE, DEFAULTS, args);
    long bytes = flags.number("mebibytes") * MEBIBYTE;
    Contender.build(List.of(Contender.POUNCE));
    var bench = new StreamRun(flags.number("rate") * MEBIBYTE, Shell.scratch());

    System.out.println(Machine.description());
    System.out.println();
    System.out.println("upload to a slow application\n  " + bench.measure(bench::upload, bytes));
    System.out.println("download to a slow client\n  " + bench.measure(bench::download, bytes));
  }

  private String measure(Transfer transfer, long bytes) throws IOException, InterruptedException {
    int port = Probe.freePort();
    var command =
        List.of(
            Contender.HOUSE.resolve("pounce").toString(),
            Contender.BENCH.resolve("Streams.java").toString(),
            "--port",
            Integer.toString(port),
            "--max-request-size",
            Long.toString(bytes));
    try (var process =
        ServerProcess.start(command, scratch, port, "/", answer -> answer.contains(" 404 "))) {
      var server = URI.create("http://127.0.0.1:" + port);
      transfer.move(server, WARMUP);
      return move(process, server, transfer, bytes)
          + AGAIN
          + move(process, server, transfer, bytes);
    }
  }

  private static String move(ServerProcess process, URI server, Transfer transfer, long bytes)
      throws IOException, InterruptedException {
    long before = process.resident();
    long start = System.nanoTime();
    try (var watch = new Watch(process)) {
      long counted = transfer.move(server, bytes);
      double seconds = (System.nanoTime() - start) / 1e9;
      return String.format(
          Locale.ROOT,
          "%,d bytes (%s) in %.1f s; resident %d MiB before, %d MiB more at most",
          counted,
          counted == bytes ? "all" : "WRONG: " + bytes + " were sent",
          seconds,
          before / MEBIBYTE,
          (watch.peak() - before) / MEBIBYTE);
    }
  }

  private long upload(URI server, long bytes) throws IOException, InterruptedException {
    var body = BodyPublishers.ofInputStream(() -> new Zeros(bytes));
    var request =
        HttpRequest.newBuilder(server.resolve("/sink?rate=" + rate))
            .POST(BodyPublishers.fromPublisher(body, bytes))
            .build();
    return Long.parseLong(checked(client.send(request, BodyHandlers.ofString())).body());
  }

  private long download(URI server, long bytes) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(server.resolve("/source?bytes=" + bytes)).build();
    try (var body = checked(client.send(request, BodyHandlers.ofInputStream())).body()) {
      byte[] piece = new byte[64 * 1024];
      long counted = 0;
      long start = System.nanoTime();
      for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
        counted += count;
        long ahead = counted * Duration.ofSeconds(1).toNanos() / rate - (System.nanoTime() - start);
        if (ahead > 0) {
          Thread.sleep(Duration.ofNanos(ahead));
        }
      }
      return counted;
    }
  }

  private static <T> HttpResponse<T> checked(HttpResponse<T> response) throws IOException {
    if (response.statusCode() != 200) {
      throw new IOException("the server answered " + response.statusCode());
    }
    return response;
  }

  /** A body of nothing but zeros. */
  private static final class Zeros extends InputStream {
    private long left;

    Zeros(long length) {
      left = length;
    }

    @Override
    public int read() {
      return left-- > 0 ? 0 : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (left <= 0) {
        return -1;
      }
      int count = (int) Math.min(length, left);
      left -= count;
      return count;
    }
  }

  /** A thread that looks at a server's resident memory all the time. */
  private static final class Watch implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMillis(20);

    private final ServerProcess process;
    private final Thread thread;
    private volatile long peak;

    Watch(ServerProcess process) {
      this.process = process;
      thread = Thread.ofPlatform().daemon().start(this::look);
    }

    private void look() {
      try {
        while (true) {
          peak = Math.max(peak, process.resident());
          Thread.sleep(INTERVAL);
        }
      } catch (IOException | InterruptedException ended) {
        // The last value stands.
      }
    }

    long peak() {
      return peak;
    }

    @Override
    public void close() {
      thread.interrupt();
    }
  }
}
