package dev.pounce.server.exchange;

import dev.pounce.app.ContractException;
import dev.pounce.app.Headers;
import dev.pounce.app.HttpResponseBody;

/** The rules that the pieces of a response's content keep (RFC 9110, sections 6.4.1 and 8.6). */
final class Content {

  /** No length was declared. */
  static final long UNDECLARED = -1;

  private static final int MOST_DIGITS = 18;

  private Content() {}

  /**
   * The length that a head declares, or {@link #UNDECLARED}.
   *
   * @throws ContractException if that is not one number
   */
  static long declared(Headers headers) {
    String text = headers.first("content-length");
    if (text == null) {
      return UNDECLARED;
    }
    boolean digits = !text.isEmpty() && text.length() <= MOST_DIGITS;
    for (int i = 0; i < text.length() && digits; i++) {
      digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    if (!digits || headers.all("content-length").size() > 1) {
      throw new ContractException(
          "content-length: "
              + String.join(", ", headers.all("content-length"))
              + " (expected: one number)");
    }
    return Long.parseLong(text);
  }

  /** Whether a response has no content by its nature, whatever its head says of one. */
  static boolean isAbsent(int status, String method) {
    return status == 204 || status == 304 || method.equals("HEAD");
  }

  /** The piece as it goes out where there is no content. */
  static HttpResponseBody without(HttpResponseBody piece) {
    return new HttpResponseBody(piece.body(), 0, 0, piece.moreBody());
  }

  /**
   * Checks a piece.
   *
   * @param absent as of {@link #isAbsent}
   * @param declared as of {@link #declared}
   * @param before how long the pieces before it were
   * @throws ContractException if it breaks a rule; the message says which
   */
  static void check(
      int status, boolean absent, long declared, long before, HttpResponseBody piece) {
    if ((status == 204 || status == 205 || status == 304) && piece.length() > 0) {
      throw new ContractException("a response with status " + status + " has no body");
    }
    long length = before + piece.length();
    boolean longer = length > declared;
    if (!absent && declared >= 0 && (longer || !piece.moreBody() && length < declared)) {
      throw new ContractException(
          "the body is "
              + (longer ? "longer" : "shorter")
              + " than its Content-Length: "
              + length
              + " (expected: "
              + declared
              + ")");
    }
  }
}
