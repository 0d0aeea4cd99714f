package dev.pounce.server.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.pounce.app.Headers;
import dev.pounce.observe.RequestId;
import dev.pounce.server.exchange.BuiltIn;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.websocket.Handshake;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Responses that the server gives by itself: built-ins and refusals. They go into the output, to be
 * flushed by whoever asked for them.
 */
final class Answer {

  private static final Headers TEXT = Headers.of("content-type", "text/plain; charset=utf-8");
  private static final Headers LATER = TEXT.with("retry-after", "5");
  private static final Headers NOT_ALLOWED = TEXT.with("allow", "GET, HEAD");

  private static final Headers VERSION = TEXT.with("sec-websocket-version", Handshake.VERSION);
  private static final int UPGRADE_REQUIRED = 426;

  private final ResponseHead heads;
  private final Output output;

  Answer(ResponseHead heads, Output output) {
    this.heads = heads;
    this.output = output;
  }

  /** A built-in, for a GET or HEAD. */
  void builtIn(
      BuiltIn builtIn,
      String method,
      @Nullable String accept,
      RequestId id,
      ResponseHead.Persistence persistence)
      throws IOException {
    if (method.equals("GET") || method.equals("HEAD")) {
      BuiltIn.Page page = builtIn.page(accept);
      put(page.status(), page.headers(), page.body(), method, id, persistence);
    } else {
      byte[] text = text(builtIn.path() + " answers GET and HEAD");
      put(405, NOT_ALLOWED, text, method, id, persistence);
    }
  }

  /**
   * A refusal, after which the connection ends.
   *
   * @return the length of its body
   */
  int refusal(Refusal refusal, String method, RequestId id) throws IOException {
    byte[] text = text(refusal.reason());
    Headers headers =
        switch (refusal.status()) {
          case UPGRADE_REQUIRED -> VERSION;
          case 503 -> LATER;
          default -> TEXT;
        };
    ResponseHead.Persistence persistence =
        refusal.status() == UPGRADE_REQUIRED
            ? ResponseHead.Persistence.UPGRADE_REQUIRED
            : ResponseHead.Persistence.CLOSE;
    put(refusal.status(), headers, text, method, id, persistence);
    return method.equals("HEAD") ? 0 : text.length;
  }

  private static byte[] text(String reason) {
    return (reason + "\n").getBytes(US_ASCII);
  }

  private void put(
      int status,
      Headers headers,
      byte[] body,
      String method,
      RequestId id,
      ResponseHead.Persistence persistence)
      throws IOException {
    output.lock();
    try {
      heads.write(output, status, headers, id, body.length, false, persistence);
      if (!method.equals("HEAD")) {
        output.append(body, 0, body.length);
      }
    } finally {
      output.unlock();
    }
  }
}
