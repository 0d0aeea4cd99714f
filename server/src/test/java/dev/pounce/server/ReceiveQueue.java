package dev.pounce.server;

import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Linux's word for how many bytes of a connection the server has not taken off the kernel yet. */
final class ReceiveQueue {

  private ReceiveQueue() {}

  /** The bytes that the client has sent and the server, in this process, has not read. */
  static int bytes(RawClient client) throws IOException {
    String server = port(client.socket().getPort());
    String peer = port(client.socket().getLocalPort());
    for (String table : List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(Path.of("/proc/self/net", table))) {
        // most lines are connections long closed, perhaps thousands
        if (line.contains(server) && line.contains(peer)) {
          String[] columns = line.strip().split(" +");
          if (columns[1].endsWith(server) && columns[2].endsWith(peer)) {
            return Integer.parseInt(columns[4].substring(columns[4].indexOf(':') + 1), 16);
          }
        }
      }
    }
    throw new IOException("no connection between ports " + server + " and " + peer);
  }

  private static String port(int port) {
    return ":%04X".formatted(port);
  }
}
