package dev.pounce.server.http2;

/**
 * The streams that have ended last, for frames that come too late. What the peer sends on a stream
 * that it has ended is an error; what it sends on one that the server has ended was on its way
 * then, and is dropped (RFC 9113, section 5.1). Any thread.
 */
final class Closed {

  private static final int KNOWN = 128;

  private final int[] ids = new int[KNOWN];
  private final boolean[] byPeer = new boolean[KNOWN];
  private int next;

  /**
   * A stream has ended.
   *
   * @param endedByPeer whether the peer has said that it sends nothing more
   */
  synchronized void add(int id, boolean endedByPeer) {
    int at = find(id);
    if (at < 0) {
      at = next;
      next = (next + 1) % KNOWN;
      ids[at] = id;
      byPeer[at] = false;
    }
    byPeer[at] |= endedByPeer;
  }

  private int find(int id) {
    for (int i = 0; i < KNOWN; i++) {
      if (ids[i] == id) {
        return i;
      }
    }
    return -1;
  }

  /**
   * A DATA frame has come on a stream that has ended.
   *
   * @param ended whether the stream is known to have been ended by the peer
   * @throws StreamError if the peer had ended it
   */
  synchronized void data(int id, boolean ended) throws StreamError {
    int at = find(id);
    if (ended || at >= 0 && byPeer[at]) {
      throw new StreamError(id, ErrorCode.STREAM_CLOSED, "DATA behind the end");
    }
  }

  /**
   * A HEADERS frame has come on a stream that has ended, or never was.
   *
   * @throws ConnectionError unless the server had ended it
   */
  synchronized void headers(int id) throws ConnectionError {
    int at = find(id);
    if (at < 0) {
      throw ConnectionError.protocol("HEADERS on a stream below one that was opened");
    }
    if (byPeer[at]) {
      throw ConnectionError.of(ErrorCode.STREAM_CLOSED, "HEADERS on a stream that has ended");
    }
  }
}
