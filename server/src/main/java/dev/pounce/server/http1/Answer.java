package dev.pounce.server.http1;

import dev.pounce.observe.RequestId;
import dev.pounce.server.exchange.BuiltIn;
import dev.pounce.server.exchange.BuiltIn.Page;
import dev.pounce.server.exchange.Refusal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Responses that the server gives by itself: built-ins and refusals. They go into the output, to be
 * flushed by whoever asked for them.
 */
final class Answer {

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
    put(builtIn.page(method, accept), method, id, persistence);
  }

  /**
   * A refusal, after which the connection ends.
   *
   * @return the length of its body
   */
  int refusal(Refusal refusal, String method, RequestId id) throws IOException {
    Page page = Page.of(refusal);
    put(
        page,
        method,
        id,
        refusal.status() == UPGRADE_REQUIRED
            ? ResponseHead.Persistence.UPGRADE_REQUIRED
            : ResponseHead.Persistence.CLOSE);
    return method.equals("HEAD") ? 0 : page.body().length;
  }

  private void put(Page page, String method, RequestId id, ResponseHead.Persistence persistence)
      throws IOException {
    output.lock();
    try {
      byte[] body = page.body();
      heads.write(output, page.status(), page.headers(), id, body.length, false, persistence);
      if (!method.equals("HEAD")) {
        output.append(body, 0, body.length);
      }
    } finally {
      output.unlock();
    }
  }
}
