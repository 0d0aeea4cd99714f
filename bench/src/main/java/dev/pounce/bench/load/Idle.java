package dev.pounce.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Weighs an idle keep-alive connection of a server that is warm: opens many, makes one request on
 * each, and divides what the heap holds more after a full collection by their number.
 */
public final class Idle {
  private static final String USAGE =
      """
      usage: bench/idle [FLAGS]
        --servers pounce,netty   of pounce,netty,vertx,helidon,jetty,undertow,tomcat
        --protocol http1         http1, or h2c: HTTP/2 in clear
        --connections 5000       how many are opened
        --classes 8              how many classes are listed, those that grew the most\
      """;

  private static final Map<String, String> DEFAULTS =
      Map.of("servers", "pounce,netty", "protocol", "http1", "connections", "5000", "classes", "8");

  private static final int WARMUP_ROUNDS = 20;
  private static final int WARMUP_CONNECTIONS = 200;
  private static final int WARMUP_REQUESTS = 50;
  private static final Duration SETTLE = Duration.ofSeconds(1);

  private final ServerProcess process;
  private final Conversation conversation;

  private Idle(ServerProcess process, Conversation conversation) {
    this.process = process;
    this.conversation = conversation;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    var flags = Flags.parse(USAGE, DEFAULTS, args);
    var servers = flags.servers();
    int connections = flags.number("connections");
    var conversation =
        flags
            .choices("protocol", List.of(Conversation.values()), one -> one.protocol().label())
            .getFirst();
    var protocol = conversation.protocol();
    Contender.build(servers);
    Path scratch = Shell.scratch();

    System.out.println(Machine.description());
    System.out.println();
    for (var server : servers) {
      int port = Probe.freePort();
      var command = server.command(protocol, port, scratch);
      if (server == Contender.POUNCE) {
        command.addAll(List.of("--keep-alive-timeout", "600"));
      }
      try (var process =
          ServerProcess.start(command, scratch, port, protocol::ask, protocol::isAnswer)) {
        System.out.print(
            new Idle(process, conversation).weigh(server, connections, flags.number("classes")));
      }
    }
  }

  private String weigh(Contender server, int connections, int classes)
      throws IOException, InterruptedException {
    warmUp();
    Thread.sleep(SETTLE);
    var before = process.heap();
    long residentBefore = process.resident();

    var idle = open(connections, 1);
    Thread.sleep(SETTLE);
    var after = process.heap();
    long resident = process.resident() - residentBefore;
    long lost = idle.stream().filter(Idle::isClosed).count();
    close(idle);

    var text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %,d bytes of live heap for each of %,d idle connections (%,d bytes resident)%n",
            server.label(),
            (total(after) - total(before)) / connections,
            connections,
            resident / connections));
    if (lost > 0) {
      text.append("  but the server had closed ").append(lost).append(" of them\n");
    }
    after.replaceAll((name, bytes) -> bytes - before.getOrDefault(name, 0L));
    after.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(classes)
        .forEach(grown ->
            text.append(
                String.format(
                    Locale.ROOT, "  %,8d  %s%n", grown.getValue() / connections, grown.getKey())));
    return text.append('\n').toString();
  }

  /** Until the server runs compiled: connections that come, are used for a while, and go. */
  private void warmUp() throws IOException {
    for (int round = 0; round < WARMUP_ROUNDS; round++) {
      close(open(WARMUP_CONNECTIONS, WARMUP_REQUESTS));
    }
  }

  private List<SocketChannel> open(int connections, int requests) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), process.port());
    byte[] answer = new byte[8 * 1024];
    var channels = new ArrayList<SocketChannel>(connections);
    for (int i = 0; i < connections; i++) {
      var channel = SocketChannel.open(address);
      channels.add(channel);
      for (int j = 0; j < requests; j++) {
        channel.write(ByteBuffer.wrap(conversation.request(j)));
        readAnswer(channel, answer);
      }
    }
    return channels;
  }

  private void readAnswer(SocketChannel channel, byte[] answer) throws IOException {
    var buffer = ByteBuffer.wrap(answer);
    do {
      if (channel.read(buffer) < 0) {
        throw new EOFException("the server closed a connection before its answer was whole");
      }
    } while (!conversation.isWhole(buffer.duplicate().flip()));
  }

  private static boolean isClosed(SocketChannel channel) {
    try {
      channel.configureBlocking(false);
      return channel.read(ByteBuffer.allocate(1)) < 0;
    } catch (IOException reset) {
      return true;
    }
  }

  private static void close(List<SocketChannel> channels) throws IOException {
    for (var channel : channels) {
      channel.close();
    }
  }

  private static long total(Map<String, Long> bytes) {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }
}
