package dev.pounce.server.exchange;

import dev.pounce.app.DisconnectedException;
import dev.pounce.app.Headers;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.server.coding.Encoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A response as it goes out: the one that the application has given, or that in a content coding.
 *
 * <p>A body that comes in pieces has an encoder, which holds native memory until {@link #close}. An
 * application's thread may be sending when the exchange ends under it: so coding and closing
 * exclude each other, and what is closed codes no more.
 */
final class Representation {

  private final Headers headers;
  private final long length;
  private final HttpResponseBody first;
  private final @Nullable Encoder encoder;
  private boolean closed;

  private Representation(
      Headers headers, long length, HttpResponseBody first, @Nullable Encoder encoder) {
    this.headers = headers;
    this.length = length;
    this.first = first;
    this.encoder = encoder;
  }

  /** One that goes out as it is, from the first piece to the last. */
  static Representation plain(Headers headers, long length, HttpResponseBody first) {
    return new Representation(headers, length, first, null);
  }

  /** One that is coded whole. */
  static Representation whole(Headers headers, ByteBuffer coded) {
    return new Representation(headers, coded.remaining(), piece(coded, false), null);
  }

  /** One that is coded piece by piece. */
  static Representation stream(Headers headers, Encoder encoder, HttpResponseBody first) {
    try {
      return new Representation(headers, -1, code(encoder, first), encoder);
    } catch (RuntimeException e) {
      encoder.close();
      throw e;
    }
  }

  /** The header fields, with those that tell of the coding. */
  Headers headers() {
    return headers;
  }

  /** The length of the whole body as it goes out, or -1 where it is not known. */
  long length() {
    return length;
  }

  /** The first or only piece, coded. */
  HttpResponseBody first() {
    return first;
  }

  /** Codes a further piece. */
  synchronized HttpResponseBody code(HttpResponseBody piece) throws IOException {
    if (encoder == null) {
      return piece;
    }
    if (closed) {
      throw new DisconnectedException("the exchange is over: its application has returned");
    }
    boolean going = false;
    try {
      HttpResponseBody coded = code(encoder, piece);
      going = piece.moreBody();
      return coded;
    } finally {
      if (!going) {
        close();
      }
    }
  }

  private static HttpResponseBody code(Encoder encoder, HttpResponseBody piece) {
    if (piece.length() == 0 && piece.moreBody()) {
      return piece;
    }
    return piece(
        encoder.encode(piece.body(), piece.offset(), piece.length(), !piece.moreBody()),
        piece.moreBody());
  }

  private static HttpResponseBody piece(ByteBuffer coded, boolean moreBody) {
    return new HttpResponseBody(
        coded.array(), coded.arrayOffset() + coded.position(), coded.remaining(), moreBody);
  }

  /** Gives back what coding takes. May be called more than once, from any thread. */
  synchronized void close() {
    if (encoder != null && !closed) {
      closed = true;
      encoder.close();
    }
  }
}
