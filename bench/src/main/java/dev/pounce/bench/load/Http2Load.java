package dev.pounce.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Requests of HTTP/2, made by h2load. */
enum Http2Load implements Load {
  CLEAR_1("clear-1", Protocol.H2C, 1),
  CLEAR_100("clear-100", Protocol.H2C, 100),
  TLS_1("tls-1", Protocol.H2, 1),
  TLS_100("tls-100", Protocol.H2, 100);

  private static final int CONNECTIONS = 16;

  private final String label;
  private final Protocol protocol;
  private final int streams;

  Http2Load(String label, Protocol protocol, int streams) {
    this.label = label;
    this.protocol = protocol;
    this.streams = streams;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public String description() {
    return "%d connections %s, %d %s on each"
        .formatted(
            CONNECTIONS,
            protocol == Protocol.H2 ? "with TLS" : "in clear",
            streams,
            streams == 1 ? "request at a time" : "concurrent streams");
  }

  @Override
  public Protocol protocol() {
    return protocol;
  }

  @Override
  public long logBytesPerSecond() {
    return streams == 1 ? 40_000_000 : 200_000_000;
  }

  @Override
  public Report run(Mode mode, int port, Duration time) throws IOException {
    var command = new ArrayList<>(List.of("h2load", "-t", "" + mode.loadThreads()));
    command.addAll(List.of("-c", "" + CONNECTIONS, "-m", "" + streams));
    command.addAll(List.of("-D", "" + time.toSeconds()));
    // One cipher for all, whatever a server likes best, and no way back to HTTP/1.1.
    command.addAll(List.of("--tls13-ciphers=TLS_AES_128_GCM_SHA256", "--npn-list=h2"));
    command.add(protocol.url(port));
    return Report.ofH2load(mode.run(command));
  }
}
