package dev.pounce.server.http2;

/**
 * What the peer has done ends one stream, with a RST_STREAM (RFC 9113, section 5.4.2). It carries
 * no stack trace: a bad client must not cost one.
 */
final class StreamError extends Exception {

  private static final long serialVersionUID = 1L;

  private final int stream;
  private final ErrorCode code;

  StreamError(int stream, ErrorCode code, String reason) {
    super(reason, null, false, false);
    this.stream = stream;
    this.code = code;
  }

  int stream() {
    return stream;
  }

  ErrorCode code() {
    return code;
  }
}
