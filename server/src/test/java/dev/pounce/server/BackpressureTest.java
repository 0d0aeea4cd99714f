package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.testkit.RawClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Enumeration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of several times the server's heap, while the other side stands still. */
@Timeout(120)
class BackpressureTest {

  private static final long BLOCKS = (96L << 20) / Bulk.BLOCK;
  private static final long LENGTH = BLOCKS * Bulk.BLOCK;
  private static final String HEAP = "32m";

  /** What the kernel's socket buffers hold on both sides, at the most, and the server's own. */
  private static final long IN_BUFFERS = 24L << 20;

  private static final long GROWTH = 64L << 20;
  private static final Duration STANDSTILL = Duration.ofMillis(400);

  private Child server;
  private long peakBefore;

  @BeforeEach
  void start() throws Exception {
    server = Child.start(HEAP, "max-request-size=1GiB");
    try (RawClient client = server.connect()) {
      assertThat(client.send(get("/")).readResponse().status()).isEqualTo(200);
    }
    peakBefore = server.peakBytes();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void upload_applicationIsSlow_clientWaitsAndMemoryIsBounded(boolean chunked) throws Exception {
    AtomicLong sent = new AtomicLong();
    AtomicReference<IOException> failure = new AtomicReference<>();
    try (RawClient client = server.connect()) {
      String framing =
          chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + LENGTH + "\r\n";
      client.send("POST /upload HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n");
      Thread sender =
          Thread.ofPlatform()
              .name("sender")
              .start(() -> {
                try {
                  upload(client.socket().getOutputStream(), chunked, sent);
                } catch (IOException e) {
                  failure.set(e);
                }
              });
      assertThat(standstill(sent::get)).isPositive().isLessThan(IN_BUFFERS);
      server.release();
      assertThat(client.readResponse().text()).isEqualTo(Bulk.checksum(BLOCKS));
      sender.join();
      assertThat(failure).hasNullValue();
      assertBounded("upload");
    }
  }

  private static void upload(OutputStream out, boolean chunked, AtomicLong sent)
      throws IOException {
    byte[] size = (Integer.toHexString(Bulk.BLOCK) + "\r\n").getBytes(ISO_8859_1);
    for (long i = 0; i < BLOCKS; i++) {
      if (chunked) {
        out.write(size);
      }
      out.write(Bulk.block(i));
      if (chunked) {
        out.write("\r\n".getBytes(ISO_8859_1));
      }
      sent.addAndGet(Bulk.BLOCK);
    }
    if (chunked) {
      out.write("0\r\n\r\n".getBytes(ISO_8859_1));
    }
    out.flush();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void download_clientIsSlow_applicationWaitsAndMemoryIsBounded(boolean chunked) throws Exception {
    try (RawClient client = server.connect();
        RawClient observer = server.connect()) {
      client.send(get("/download?length=" + LENGTH + "&chunked=" + chunked));
      client.readHead();
      long written =
          standstill(() -> Long.parseLong(observer.send(get("/progress")).readResponse().text()));
      assertThat(written).isPositive().isLessThan(IN_BUFFERS);
      assertThat(Bulk.checksum(body(client, chunked))).isEqualTo(Bulk.checksum(BLOCKS));
      assertBounded("download");
    }
  }

  private static InputStream body(RawClient client, boolean chunked) {
    long[] left = {LENGTH};
    Enumeration<InputStream> pieces =
        new Enumeration<>() {
          private byte[] next = {};
          private boolean looked;

          @Override
          public boolean hasMoreElements() {
            try {
              if (!looked) {
                int wanted = (int) Math.min(left[0], Bulk.BLOCK);
                next = chunked ? client.readChunk() : client.readExactly(wanted);
                left[0] -= next.length;
                looked = true;
              }
              return next.length > 0;
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }

          @Override
          public InputStream nextElement() {
            looked = false;
            return new ByteArrayInputStream(next);
          }
        };
    return new SequenceInputStream(pieces);
  }

  /** Waits until a count has begun and then grows no more, and gives it. */
  private static long standstill(Callable<Long> count) throws Exception {
    Await.until("something moves", () -> count.call() > 0);
    long before = -1;
    long now = count.call();
    while (now != before) {
      before = now;
      long seen = now;
      Await.holdsWithin(STANDSTILL, () -> count.call() != seen);
      now = count.call();
    }
    return now;
  }

  private void assertBounded(String what) throws IOException {
    long growth = server.peakBytes() - peakBefore;
    System.out.println(
        "measured: "
            + what
            + " of "
            + (LENGTH >> 20)
            + " MiB: memory grew by at most "
            + (growth >> 20)
            + " MiB, with "
            + HEAP
            + " of heap");
    assertThat(growth).isLessThan(GROWTH);
  }
}
