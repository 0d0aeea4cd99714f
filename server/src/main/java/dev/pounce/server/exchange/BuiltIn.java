package dev.pounce.server.exchange;

import dev.pounce.app.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A page that the server answers itself: before the application, before admission, and on the
 * lifeline. Called from any thread; never waits.
 */
public interface BuiltIn {

  /**
   * What is answered to a GET.
   *
   * @param status the status
   * @param headers the header fields, without those that frame the body
   * @param body the body
   */
  record Page(int status, Headers headers, byte[] body) {}

  /** Where it answers. */
  String path();

  /**
   * Makes the page.
   *
   * @param accept what the client sent as {@code Accept}, or null
   */
  Page page(@Nullable String accept);
}
