package dev.pounce.server.http1;

import dev.pounce.server.config.ServerConfig;
import java.nio.ByteBuffer;

/**
 * What a connection works on while it is not idle: room for what it reads, the head that it finds
 * there, and room for its answers.
 */
final class Desk {

  /** Room for a response head and a small body, or for some dozen of them in a row. */
  static final int SIZE = 8 * 1024;

  /** Room for a head of the usual kind, or for some dozen small ones in a row. */
  private static final int IN_SIZE = 4 * 1024;

  final ByteBuffer in = ByteBuffer.allocate(IN_SIZE);
  final Head head;
  final ByteBuffer out = ByteBuffer.allocate(SIZE);

  Desk(ServerConfig config) {
    head = new Head(config);
  }
}
