package dev.pounce.server.http2.hpack;

/**
 * A header block that can't be decoded: a connection error of type COMPRESSION_ERROR (RFC 9113,
 * section 4.3). The decoder no longer knows what its peer's encoder knows, and can't be used again.
 * It carries no stack trace: a bad client must not cost one.
 */
public final class CompressionException extends Exception {

  private static final long serialVersionUID = 1L;

  CompressionException(String reason) {
    super(reason, null, false, false);
  }
}
