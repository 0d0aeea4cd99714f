package dev.pounce.server.exchange;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.pounce.app.Headers;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The built-in health check: 200 while the worker serves, 503 from the moment a drain begins. */
record Health(String path, Standing standing, long started) implements BuiltIn {

  private static final Headers HEADERS =
      Headers.of("content-type", "application/json", "cache-control", "no-cache, no-store");

  Health(String path, Standing standing) {
    this(path, standing, System.nanoTime());
  }

  @Override
  public Page page(@Nullable String accept) {
    boolean draining = standing.draining();
    long tenths = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started) / 100;
    String json =
        "{\"status\":\""
            + (draining ? "draining" : "ok")
            + "\",\"uptime_seconds\":"
            + (tenths / 10)
            + '.'
            + (tenths % 10)
            + ",\"worker_id\":"
            + standing.workerId()
            + ",\"active_connections\":"
            + standing.activeConnections()
            + "}\n";
    return new Page(draining ? 503 : 200, HEADERS, json.getBytes(US_ASCII));
  }
}
