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
   * A stream has ended. May be told twice, of one that the peer has taken back while it was served.
   *
   * @param endedByPeer whether the peer has said that it sends nothing more
   */
  synchronized void add(int id, boolean endedByPeer) {
    ids[next] = id;
    byPeer[next] = endedByPeer;
    next = (next + 1) % KNOWN;
  }

  private boolean isKnown(int id) {
    for (int known : ids) {
      if (known == id) {
        return true;
      }
    }
    return false;
  }

  private boolean isByPeer(int id) {
    for (int i = 0; i < KNOWN; i++) {
      if (ids[i] == id && byPeer[i]) {
        return true;
      }
    }
    return false;
  }

  /**
   * A DATA frame has come on a stream that has ended.
   *
   * @param ended whether the stream is known to have been ended by the peer
   * @throws StreamError if the peer had ended it
   */
  synchronized void data(int id, boolean ended) throws StreamError {
    if (ended || isByPeer(id)) {
      throw new StreamError(id, ErrorCode.STREAM_CLOSED, "DATA behind the end");
    }
  }

  /**
   * A HEADERS frame has come on a stream that has ended, or never was.
   *
   * @throws ConnectionError unless the server had ended it
   */
  synchronized void headers(int id) throws ConnectionError {
    if (!isKnown(id)) {
      throw ConnectionError.protocol("HEADERS on a stream below one that was opened");
    }
    if (isByPeer(id)) {
      throw ConnectionError.of(ErrorCode.STREAM_CLOSED, "HEADERS on a stream that has ended");
    }
  }
}
