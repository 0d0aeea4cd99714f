package dev.pounce.server.http2;

/**
 * How much a peer may still send, on a stream or on all of them (RFC 9113, section 5.2). What the
 * application has taken is given back in large pieces. With the output's lock held.
 */
final class Window {

  private final int size;
  private int left;
  private int owed;

  Window(int size) {
    this.size = size;
    this.left = size;
  }

  /** Takes octets that have come; false if they are more than there may be. */
  boolean take(int octets) {
    left -= octets;
    return left >= 0;
  }

  /**
   * Gives octets back.
   *
   * @return what the peer is to be told, 0 if that can wait
   */
  int give(int octets) {
    owed += octets;
    if (owed < size / 2) {
      return 0;
    }
    int told = owed;
    owed = 0;
    left += told;
    return told;
  }
}
