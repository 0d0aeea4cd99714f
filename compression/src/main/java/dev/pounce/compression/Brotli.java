package dev.pounce.compression;

import com.aayushatharva.brotli4j.encoder.Encoder.Mode;
import com.aayushatharva.brotli4j.encoder.EncoderJNI.Operation;
import com.aayushatharva.brotli4j.encoder.EncoderJNI.Wrapper;
import dev.pounce.server.coding.ContentCoding;
import dev.pounce.server.coding.Encoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** The br coding (RFC 7932). The library can't use an encoder again, so nothing is pooled. */
public final class Brotli implements ContentCoding {

  private static final int QUALITY = 4;
  private static final int WINDOW_LOG = 18;

  /** Half the memory, for streams that stay open, at the cost of three per cent. */
  private static final int STREAM_QUALITY = 3;

  private static final int STREAM_WINDOW_LOG = 16;

  /** Beyond this a body goes into the native encoder in several steps. */
  private static final int LARGEST_INPUT = 64 * 1024;

  private static final int STREAM_INPUT = 4 * 1024;

  /**
   * For the service loader.
   *
   * @throws UnsatisfiedLinkError if the native library can't be loaded
   */
  public Brotli() {
    BrotliLibrary.load();
  }

  @Override
  public String name() {
    return "br";
  }

  @Override
  public ByteBuffer encode(byte[] octets, int offset, int length) {
    try (Encoder encoder = new Stream(Math.clamp(length, 1, LARGEST_INPUT), QUALITY, WINDOW_LOG)) {
      return encoder.encode(octets, offset, length, true);
    }
  }

  @Override
  public Encoder encoder() {
    return new Stream(STREAM_INPUT, STREAM_QUALITY, STREAM_WINDOW_LOG);
  }

  private static final class Stream implements Encoder {

    private final Wrapper wrapper;

    Stream(int room, int quality, int windowLog) {
      try {
        wrapper = new Wrapper(room, quality, windowLog, Mode.GENERIC);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public ByteBuffer encode(byte[] octets, int offset, int length, boolean last) {
      Sink coded = new Sink(length);
      int end = offset + length;
      int from = offset;
      do {
        ByteBuffer input = wrapper.getInputBuffer().clear();
        int count = Math.min(input.capacity(), end - from);
        input.put(octets, from, count);
        from += count;
        Operation operation =
            from < end ? Operation.PROCESS : last ? Operation.FINISH : Operation.FLUSH;
        push(operation, count, coded);
      } while (from < end);
      return coded.gathered();
    }

    private void push(Operation operation, int count, Sink coded) {
      wrapper.push(operation, count);
      while (wrapper.hasMoreOutput() || wrapper.hasRemainingInput()) {
        if (wrapper.hasMoreOutput()) {
          coded.add(wrapper.pull());
        } else {
          wrapper.push(operation, 0);
        }
      }
      if (!wrapper.isSuccess()) {
        throw new IllegalStateException("brotli failed");
      }
    }

    @Override
    public void close() {
      wrapper.destroy();
    }
  }
}
