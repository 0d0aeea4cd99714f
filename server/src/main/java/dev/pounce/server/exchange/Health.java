package dev.pounce.server.exchange;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.pounce.app.Headers;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The built-in health check: 200 while the worker serves, 503 from the moment a drain begins. */
public final class Health {

  private static final Headers HEADERS =
      Headers.of("content-type", "application/json", "cache-control", "no-cache, no-store");

  private final @Nullable String path;
  private final Standing standing;
  private final long started = System.nanoTime();

  Health(@Nullable String path, Standing standing) {
    this.path = path;
    this.standing = standing;
  }

  /** Whether a request for this path is a health check. */
  public boolean answers(String rawPath) {
    return rawPath.equals(path);
  }

  /** The status of the answer. */
  public int status() {
    return standing.draining() ? 503 : 200;
  }

  /** The header fields of the answer. */
  public Headers headers() {
    return HEADERS;
  }

  /** The body of the answer: a JSON object. */
  public byte[] body() {
    long tenths = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started) / 100;
    String json =
        "{\"status\":\""
            + (standing.draining() ? "draining" : "ok")
            + "\",\"uptime_seconds\":"
            + (tenths / 10)
            + '.'
            + (tenths % 10)
            + ",\"worker_id\":"
            + standing.workerId()
            + ",\"active_connections\":"
            + standing.activeConnections()
            + "}\n";
    return json.getBytes(US_ASCII);
  }
}
