package dev.pounce.server.coding;

import java.nio.ByteBuffer;

/**
 * A content coding (RFC 9110, section 8.4.1) that the server can give a response. Found by the
 * JDK's service loader, when a server starts; what is found first is preferred. Shared by all
 * connections: any thread.
 */
public interface ContentCoding {

  /** The name that stands in {@code Content-Encoding}, in lower case. */
  String name();

  /** Begins to code a body that comes in pieces. */
  Encoder encoder();

  /**
   * Codes a whole body.
   *
   * @return the coded octets, in an array
   */
  default ByteBuffer encode(byte[] octets, int offset, int length) {
    try (Encoder encoder = encoder()) {
      return encoder.encode(octets, offset, length, true);
    }
  }
}
