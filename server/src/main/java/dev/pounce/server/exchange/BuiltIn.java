package dev.pounce.server.exchange;

import static java.nio.charset.StandardCharsets.US_ASCII;

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
  record Page(int status, Headers headers, byte[] body) {

    private static final Headers TEXT = Headers.of("content-type", "text/plain; charset=utf-8");
    private static final Headers LATER = TEXT.with("retry-after", "5");
    private static final Headers UPGRADE = TEXT.with("sec-websocket-version", "13");
    private static final Headers NOT_ALLOWED = TEXT.with("allow", "GET, HEAD");

    /** Says why a request is refused. */
    public static Page of(Refusal refusal) {
      Headers headers =
          switch (refusal.status()) {
            case 426 -> UPGRADE;
            case 503 -> LATER;
            default -> TEXT;
          };
      return new Page(refusal.status(), headers, text(refusal.reason()));
    }

    private static byte[] text(String line) {
      return (line + "\n").getBytes(US_ASCII);
    }
  }

  /** Where it answers. */
  String path();

  /**
   * Makes the page.
   *
   * @param accept what the client sent as {@code Accept}, or null
   */
  Page page(@Nullable String accept);

  /** What is answered to any method: the page, or that there is none for it. */
  default Page page(String method, @Nullable String accept) {
    return method.equals("GET") || method.equals("HEAD")
        ? page(accept)
        : new Page(405, Page.NOT_ALLOWED, Page.text(path() + " answers GET and HEAD"));
  }
}
