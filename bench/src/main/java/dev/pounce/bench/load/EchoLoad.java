package dev.pounce.bench.load;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Messages over a WebSocket, sent by {@link EchoClient} in a process of its own. */
enum EchoLoad implements Load {
  SINGLE("single", "64 connections, one message at a time on each", 1),
  PIPELINED("pipelined", "64 connections, 16 messages under way on each", 16);

  private static final int CONNECTIONS = 64;
  private static final Path CLIENT =
      Contender.BENCH.resolve("src/main/java/dev/pounce/bench/load/EchoClient.java");

  private final String label;
  private final String description;
  private final int depth;

  EchoLoad(String label, String description, int depth) {
    this.label = label;
    this.description = description;
    this.depth = depth;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public String description() {
    return description + " (a request is a message and its echo)";
  }

  @Override
  public Protocol protocol() {
    return Protocol.WEBSOCKET;
  }

  /** A line for a connection, not for a message. */
  @Override
  public long logBytesPerSecond() {
    return 1_000_000;
  }

  @Override
  public Report run(Mode mode, int port, Duration time) throws IOException {
    // Compiled by C1 alone it is at its full speed at once.
    var java =
        List.of(Contender.jdk("java"), "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    var arguments =
        List.of(CLIENT.toString(), "" + port, "" + CONNECTIONS, "" + depth, "" + time.toMillis());
    var report = Report.ofWrk(mode.run(Mode.joined(java, arguments)));
    return depth == 1 ? report : report.withoutLatency();
  }
}
