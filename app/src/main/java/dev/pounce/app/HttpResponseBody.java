package dev.pounce.app;

import java.util.Objects;

/**
 * A piece of a response's body.
 *
 * <p>The array is read only until {@link Send#send} returns and may be used again then.
 *
 * @param body an array that holds the bytes
 * @param offset where the bytes begin
 * @param length how many there are; 0 is allowed
 * @param moreBody whether another {@code HttpResponseBody} follows
 */
public record HttpResponseBody(byte[] body, int offset, int length, boolean moreBody)
    implements Outbound {

  private static final byte[] NOTHING = {};

  /**
   * Checks the range.
   *
   * @throws IndexOutOfBoundsException if offset and length do not lie within the array
   */
  public HttpResponseBody {
    Objects.checkFromIndexSize(offset, length, body.length);
  }

  /** The whole array, with more to come or not. */
  public HttpResponseBody(byte[] body, boolean moreBody) {
    this(body, 0, body.length, moreBody);
  }

  /** The whole array as the last or only piece. */
  public static HttpResponseBody last(byte[] body) {
    return new HttpResponseBody(body, 0, body.length, false);
  }

  /** The end of a body, without bytes of its own. */
  public static HttpResponseBody end() {
    return new HttpResponseBody(NOTHING, 0, 0, false);
  }
}
