package dev.pounce.server.http1;

import dev.pounce.server.exchange.Refusal;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as it comes in: of a known length, or chunked (RFC 9112, section 7.1). Chunk
 * extensions and trailers are checked and dropped.
 */
final class Body {

  /** Gets more octets into the input; says no at the end of the stream. */
  interface Source {

    boolean fill(int wanted) throws IOException, Refusal;
  }

  private static final int PIECE = 16 * 1024;
  private static final int CHUNK_LINE_LIMIT = 256;
  private static final int SIZE_DIGITS = 15;

  private enum State {
    FIXED,
    CHUNK_SIZE,
    CHUNK_DATA,
    CHUNK_END,
    TRAILERS,
    FINISHED
  }

  private final Input input;
  private final Source source;
  private final long limit;
  private final int trailerLimit;
  private State state;
  private long remaining;
  private long total;
  private int trailers;

  /**
   * A body that has not begun.
   *
   * @param length its length, or -1 if it is chunked
   * @param limit the most octets to take
   * @param trailerLimit the most octets of trailers to take
   */
  Body(Input input, Source source, long length, long limit, int trailerLimit) {
    this.input = input;
    this.source = source;
    this.limit = limit;
    this.trailerLimit = trailerLimit;
    this.state = length < 0 ? State.CHUNK_SIZE : length == 0 ? State.FINISHED : State.FIXED;
    this.remaining = Math.max(length, 0);
  }

  boolean isFinished() {
    return state == State.FINISHED;
  }

  /** Whether what is left could be skipped without reading more than this many octets. */
  boolean endsWithin(long octets) {
    return state == State.FINISHED || state == State.FIXED && remaining <= octets;
  }

  /**
   * Waits for the next piece.
   *
   * @return at least one octet, or null at the end of the body
   * @throws Refusal if the body is malformed or too large
   * @throws IOException if the connection ends before the body does
   */
  byte @Nullable [] next() throws IOException, Refusal {
    int count = await();
    if (count == 0) {
      return null;
    }
    byte[] piece = Arrays.copyOfRange(input.octets(), input.from(), input.from() + count);
    take(count);
    return piece;
  }

  /** Skips what is left. */
  void skip() throws IOException, Refusal {
    for (int count = await(); count > 0; count = await()) {
      take(count);
    }
  }

  /** Waits until octets of the body are at the front of the input; 0 at the end. */
  private int await() throws IOException, Refusal {
    while (true) {
      switch (state) {
        case FINISHED -> {
          return 0;
        }
        case FIXED, CHUNK_DATA -> {
          if (input.available() == 0) {
            more((int) Math.min(remaining, PIECE));
          }
          return (int) Math.min(remaining, input.available());
        }
        case CHUNK_SIZE -> size();
        case CHUNK_END -> {
          if (line(2) != 0) {
            throw Refusal.malformed("chunk longer than its size");
          }
          state = State.CHUNK_SIZE;
        }
        case TRAILERS -> trailer();
      }
    }
  }

  private void take(int count) {
    input.consume(count);
    total += count;
    remaining -= count;
    if (remaining == 0) {
      state = state == State.FIXED ? State.FINISHED : State.CHUNK_END;
    }
  }

  private void more(int wanted) throws IOException, Refusal {
    if (!source.fill(wanted)) {
      throw new IOException("the connection ended before the body");
    }
  }

  private void size() throws IOException, Refusal {
    int length = line(CHUNK_LINE_LIMIT);
    byte[] octets = input.octets();
    int start = input.from() - length - 2;
    long size = 0;
    int at = start;
    int end = start + length;
    while (at < end && Character.digit(octets[at], 16) >= 0) {
      size = size << 4 | Character.digit(octets[at++], 16);
    }
    if (at == start || at - start > SIZE_DIGITS) {
      throw Refusal.malformed("malformed chunk size");
    }
    while (at < end && Octets.isBlank(octets[at])) {
      at++;
    }
    if (at < end ? octets[at] != ';' : Octets.isBlank(octets[end - 1])) {
      throw Refusal.malformed("malformed chunk size");
    }
    if (size > limit - total) {
      throw Refusal.tooLarge(413, "request body larger than " + limit + " bytes");
    }
    remaining = size;
    state = size == 0 ? State.TRAILERS : State.CHUNK_DATA;
  }

  private void trailer() throws IOException, Refusal {
    int length = line(trailerLimit - trailers);
    trailers += length + 2;
    if (length == 0) {
      state = State.FINISHED;
      return;
    }
    byte[] octets = input.octets();
    int at = input.from() - length - 2;
    int start = at;
    while (Octets.isToken(octets[at])) {
      at++;
    }
    if (at == start || octets[at] != ':') {
      throw Refusal.malformed("malformed trailer");
    }
  }

  /**
   * Takes a line off the input.
   *
   * @return its length without CR LF; it stands just before the input's front
   */
  private int line(int longest) throws IOException, Refusal {
    int length = 0;
    while (true) {
      while (length == input.available()) {
        more(1);
      }
      byte octet = input.octets()[input.from() + length];
      if (octet == Octets.CR) {
        break;
      }
      if (!Octets.isValue(octet)) {
        throw Refusal.malformed("control character in the framing of a chunked body");
      }
      if (++length > longest) {
        throw Refusal.malformed("line too long in the framing of a chunked body");
      }
    }
    while (length + 1 == input.available()) {
      more(1);
    }
    if (input.octets()[input.from() + length + 1] != Octets.LF) {
      throw Refusal.malformed("bare CR in the framing of a chunked body");
    }
    input.consume(length + 2);
    return length;
  }
}
