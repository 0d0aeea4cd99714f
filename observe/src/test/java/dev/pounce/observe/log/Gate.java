package dev.pounce.observe.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A stream that stands still until it is opened, and tells when somebody stands before it. What
 * comes then is kept, or fails.
 */
final class Gate extends OutputStream {
  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch open = new CountDownLatch(1);
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final @Nullable IOException failure;
  private int writes;

  Gate() {
    this(null);
  }

  Gate(@Nullable IOException failure) {
    this.failure = failure;
  }

  void awaitWriter() throws InterruptedException {
    arrived.await();
  }

  void open() {
    open.countDown();
  }

  /** What came through. Call once the writer is closed. */
  String written() {
    return written.toString(UTF_8);
  }

  int writes() {
    return writes;
  }

  @Override
  public void write(int b) {
    throw new UnsupportedOperationException("byte by byte");
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    arrived.countDown();
    try {
      open.await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
    if (failure != null) {
      throw failure;
    }
    writes++;
    written.write(bytes, offset, length);
  }
}
