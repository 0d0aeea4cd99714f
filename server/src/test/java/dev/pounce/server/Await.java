package dev.pounce.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Waits, with a deadline, for what becomes true by itself. */
public final class Await {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);
  private static final Pattern ACTIVE = Pattern.compile("\"active_connections\": ?(\\d+)");

  private Await() {}

  /** Waits until the condition holds. */
  public static void until(String what, Callable<Boolean> condition) throws Exception {
    assertThat(holdsWithin(PATIENCE, condition)).as(what).isTrue();
  }

  /** Whether the condition comes to hold in that time. */
  public static boolean holdsWithin(Duration patience, Callable<Boolean> condition)
      throws Exception {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
    return true;
  }

  /** Waits for the latch. */
  public static void latch(String what, CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).as(what).isTrue();
  }

  /** Waits until the one worker has no connections but the one that asks for its health. */
  public static void noConnections(Running server) throws Exception {
    connections(server, 0);
  }

  /** Waits until the one worker has so many connections beside the one that asks for its health. */
  static void connections(Running server, int others) throws Exception {
    until(
        others + " other connections",
        () -> {
          try (RawClient probe = server.connect()) {
            return activeConnections(health(server, probe)) == others + 1;
          }
        });
  }

  /** Asks for the health check, which the server's configuration must have switched on. */
  static RawResponse health(Running server, RawClient client) throws Exception {
    return client.send(Requests.get(server.config().healthCheckPath())).readResponse();
  }

  static int activeConnections(RawResponse health) {
    Matcher active = ACTIVE.matcher(health.text());
    assertThat(active.find()).as(health.text()).isTrue();
    return Integer.parseInt(active.group(1));
  }
}
