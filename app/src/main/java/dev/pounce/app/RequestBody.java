package dev.pounce.app;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A request's body as a stream over {@link Receive}. */
final class RequestBody extends InputStream {

  private final Receive receive;
  private byte[] piece = {};
  private int position;
  private boolean more = true;

  RequestBody(Receive receive) {
    this.receive = receive;
  }

  @Override
  public int read() throws IOException {
    return fill() ? piece[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, piece.length - position);
    System.arraycopy(piece, position, target, offset, count);
    position += count;
    return count;
  }

  @Override
  public int available() {
    return piece.length - position;
  }

  private boolean fill() throws IOException {
    while (position == piece.length) {
      if (!more) {
        return false;
      }
      if (!(receive.receive() instanceof HttpRequest request)) {
        throw new DisconnectedException("the request body did not arrive whole");
      }
      piece = request.body();
      position = 0;
      more = request.moreBody();
    }
    return true;
  }
}
