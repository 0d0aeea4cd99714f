package dev.pounce.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Linux's tables of sockets: tells an inode's ports and state. */
final class SocketTable {

  private static final int TCP_LISTEN = 0x0A;
  private static final int TCP_CLOSE_WAIT = 0x08;
  private static final int TCP_ESTABLISHED = 0x01;

  private SocketTable() {}

  static String describe(String inode) throws IOException {
    for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
      for (String line : lines(table)) {
        String[] columns = line.strip().split(" +");
        if (columns.length > 9 && columns[9].equals(inode)) {
          return "    %s, port %d, peer's port %d, %s"
              .formatted(table, port(columns[1]), port(columns[2]), state(columns[3]));
        }
      }
    }
    for (String line : lines("unix")) {
      String[] columns = line.strip().split(" +");
      if (columns.length > 6 && columns[6].equals(inode)) {
        return "    unix " + (columns.length > 7 ? columns[7] : "(no path)");
      }
    }
    return "    never bound or connected";
  }

  private static List<String> lines(String table) throws IOException {
    Path file = Path.of("/proc/self/net", table);
    return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
  }

  private static String state(String hex) {
    return switch (Integer.parseInt(hex, 16)) {
      case TCP_LISTEN -> "listening";
      case TCP_ESTABLISHED -> "established";
      case TCP_CLOSE_WAIT -> "closed by the peer";
      default -> "state " + hex;
    };
  }
}
