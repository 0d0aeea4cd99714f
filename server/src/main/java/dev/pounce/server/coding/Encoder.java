package dev.pounce.server.coding;

import java.nio.ByteBuffer;

/** Codes one body, piece by piece. Used by one thread at a time. */
public interface Encoder extends AutoCloseable {

  /**
   * Codes a piece. All that was given until then can be decoded from what has been returned.
   *
   * @param last whether the body ends with it
   * @return the coded octets, in an array
   */
  ByteBuffer encode(byte[] octets, int offset, int length, boolean last);

  /** Gives native memory back, whether or not the body has ended. Called once. */
  @Override
  void close();
}
