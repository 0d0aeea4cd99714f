package dev.pounce.server.http2;

import dev.pounce.app.Headers;
import dev.pounce.observe.RequestId;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.Timer.Phase;
import dev.pounce.server.listen.Carrier;
import dev.pounce.server.websocket.Wire;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A stream that carries a WebSocket (RFC 8441): its DATA frames are the octets of a connection. */
final class Tunnel implements Wire {

  private static final int OPEN = 200;
  private static final byte[] NOTHING = {};

  private final Stream stream;
  private final RequestId id;
  private final Output output;

  /** What has been taken off the stream's body and not been read yet. Only for the reader. */
  private byte[] piece = NOTHING;

  private int at;

  /** Who has read last. */
  private volatile @Nullable Thread reader;

  Tunnel(Stream stream, RequestId id) {
    this.stream = stream;
    this.id = id;
    this.output = stream.output();
  }

  @Override
  public int streamId() {
    return stream.id();
  }

  @Override
  public int opening() {
    return OPEN;
  }

  @Override
  public void open(Headers headers) throws IOException {
    head(OPEN, headers, -1, false);
    stream.enter(Phase.STREAM);
    output.flush();
  }

  @Override
  public void answer(int status, Headers headers, byte[] body) throws IOException {
    head(status, headers, body.length, body.length == 0);
    if (body.length > 0) {
      output.data(stream, null, body, 0, body.length, true);
    }
    output.flush();
  }

  private void head(int status, Headers headers, long length, boolean last) throws IOException {
    output.lock();
    try {
      output.head(stream, status, headers, id, length, last);
    } finally {
      output.unlock();
    }
  }

  @Override
  public int read(byte[] octets, int from, int to) throws IOException {
    Thread current = Thread.currentThread();
    if (reader != current) {
      reader = current;
    }
    if (at == piece.length && !fill()) {
      return -1;
    }
    int count = Math.min(to - from, piece.length - at);
    System.arraycopy(piece, at, octets, from, count);
    at += count;
    return count;
  }

  private boolean fill() throws IOException {
    output.flush();
    try {
      byte[] next = stream.body().next();
      piece = next == null ? NOTHING : next;
      at = 0;
    } catch (Refusal e) {
      throw new IOException(e.reason());
    }
    if (piece.length > 0) {
      stream.consumed(piece.length);
    }
    return piece.length > 0;
  }

  @Override
  public void write(byte[] octets, int from, int to) throws IOException {
    output.data(stream, null, octets, from, to, false);
    boolean more = Thread.currentThread() == reader && at < piece.length;
    if (!more) { // else it is answered in one write before the next wait
      output.flush();
    }
  }

  @Override
  public void endInput() {
    stream.body().abandon();
  }

  @Override
  public void endOutput() {
    output.end(stream);
    output.flush();
  }

  @Override
  public @Nullable Throwable severed() {
    return stream.severedBy();
  }

  @Override
  public void start(Runnable task) {
    Carrier.thread(task).start();
  }
}
