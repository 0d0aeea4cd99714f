package dev.pounce.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Headers;
import dev.pounce.app.Http;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Response;
import dev.pounce.testkit.RawResponse;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** An application of interest at {@code /it}, and a plain right answer at every other path. */
public final class Site {

  static final String IT = Requests.get("/it");
  static final String NEXT = Requests.get("/next");

  private static final Application RIGHT =
      Http.app(request -> Response.text("right " + request.path()));

  private Site() {}

  /** The site with this at {@code /it}. */
  public static Application of(Application it) {
    return (scope, receive, send) -> {
      boolean wanted = scope instanceof HttpScope http && http.path().equals("/it");
      (wanted ? it : RIGHT).handle(scope, receive, send);
    };
  }

  /** The start of a response with status 200. */
  public static HttpResponseStart ok(String... fields) {
    return new HttpResponseStart(200, Headers.of(fields));
  }

  /** A piece of a response that is not the last. */
  public static HttpResponseBody piece(String text) {
    return new HttpResponseBody(text.getBytes(UTF_8), true);
  }

  /** The last or only piece of a response. */
  public static HttpResponseBody last(String text) {
    return HttpResponseBody.last(text.getBytes(UTF_8));
  }

  /** This is the answer to {@link #NEXT}, and to nothing else. */
  static void assertRight(RawResponse response) {
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.text()).isEqualTo("right /next");
  }

  /** Waits for the first error in the log. */
  static LogRecord awaitError(ServerLog log) throws Exception {
    Await.until("an error is logged", () -> !errors(log).isEmpty());
    return errors(log).getFirst();
  }

  /** The errors in the log so far. */
  static List<LogRecord> errors(ServerLog log) {
    return log.atLeast(Level.SEVERE);
  }
}
