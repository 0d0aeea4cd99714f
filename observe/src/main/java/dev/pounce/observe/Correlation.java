package dev.pounce.observe;

import org.jspecify.annotations.Nullable;

/**
 * The request that a thread is busy with, told beside its log messages: a log that has a field for
 * the ID takes it from here.
 *
 * <p>Other logs know nothing of it. So a message that is logged with an ID also ends with it, as in
 * {@code Request failed: GET /boom [2ed695f0f76c4fa1a10b596412407b31]}, and a log that shows the ID
 * in its own way leaves that end {@linkplain #bare out}.
 */
public final class Correlation {

  private static final ScopedValue<RequestId> CURRENT = ScopedValue.newInstance();

  private Correlation() {}

  /**
   * Does something on behalf of a request.
   *
   * @param id the request's ID
   * @param action done at once, on the calling thread
   */
  public static void with(RequestId id, Runnable action) {
    ScopedValue.where(CURRENT, id).run(action);
  }

  /**
   * The request on whose behalf the calling thread does what it does.
   *
   * @return its ID, or null if there is none
   */
  public static @Nullable RequestId current() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  /**
   * The end of a message that belongs to a request.
   *
   * @param id the request's ID
   * @return for example {@code [2ed695f0f76c4fa1a10b596412407b31]}, with a space before it
   */
  public static String mark(RequestId id) {
    return " [" + id + "]";
  }

  /**
   * A message without the {@linkplain #mark end} that says whose it is.
   *
   * @param message any message
   * @param id the request it belongs to
   * @return the message, without its end if it has one
   */
  public static String bare(String message, RequestId id) {
    String mark = mark(id);
    return message.endsWith(mark)
        ? message.substring(0, message.length() - mark.length())
        : message;
  }
}
