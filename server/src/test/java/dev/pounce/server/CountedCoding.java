package dev.pounce.server;

import dev.pounce.server.coding.ContentCoding;
import dev.pounce.server.coding.Encoder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A coding that changes nothing and counts its encoders; the service loader finds it in tests. */
public final class CountedCoding implements ContentCoding {

  static final String NAME = "x-counted";

  /** Encoders that were made and closed, and uses of them that native memory would not survive. */
  static final AtomicInteger OPENED = new AtomicInteger();

  static final AtomicInteger CLOSED = new AtomicInteger();
  static final AtomicInteger MISUSED = new AtomicInteger();

  /** What happens as a text is coded. */
  static volatile Moment moment = text -> {};

  /** Called while an encoder is in use. */
  interface Moment {
    void of(String text);
  }

  static void reset() {
    OPENED.set(0);
    CLOSED.set(0);
    MISUSED.set(0);
    moment = text -> {};
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Encoder encoder() {
    OPENED.incrementAndGet();
    return new Counted();
  }

  private static final class Counted implements Encoder {

    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile boolean closed;

    @Override
    public ByteBuffer encode(byte[] octets, int offset, int length, boolean last) {
      enter();
      try {
        moment.of(new String(octets, offset, length));
      } finally {
        leave();
      }
      return ByteBuffer.wrap(Arrays.copyOfRange(octets, offset, offset + length));
    }

    @Override
    public void close() {
      enter();
      closed = true;
      CLOSED.incrementAndGet();
      leave();
    }

    private void enter() {
      if (closed || !busy.compareAndSet(false, true)) {
        MISUSED.incrementAndGet();
      }
    }

    private void leave() {
      busy.set(false);
    }
  }
}
