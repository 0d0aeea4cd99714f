package dev.pounce.server.http1;

import dev.pounce.server.config.ServerConfig;
import java.nio.ByteBuffer;

/**
 * What a connection works on while it is not idle: the head that it reads, and room for its
 * answers.
 */
final class Desk {

  /** Room for a response head and a small body, or for some dozen of them in a row. */
  static final int SIZE = 8 * 1024;

  final Head head;
  final ByteBuffer buffer = ByteBuffer.allocate(SIZE);

  Desk(ServerConfig config) {
    head = new Head(config);
  }
}
