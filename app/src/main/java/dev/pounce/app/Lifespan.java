package dev.pounce.app;

import java.util.Map;

/**
 * Gives an application a life span of two functions: one before the first request, one after the
 * last.
 */
public final class Lifespan {

  private Lifespan() {}

  /** A step of a life span. */
  @FunctionalInterface
  public interface Step {

    /**
     * Runs on the life span's thread.
     *
     * @param state what requests will find in their scope; mutable during start-up
     * @throws Exception if the step failed: start-up then stops the server, shutdown is logged
     */
    void run(Map<String, Object> state) throws Exception;
  }

  /** Wraps an application so that {@code startup} and {@code shutdown} are its life span. */
  public static Application around(Application application, Step startup, Step shutdown) {
    return (scope, receive, send) -> {
      if (scope instanceof LifespanScope lifespan) {
        live(lifespan, receive, send, startup, shutdown);
      } else {
        application.handle(scope, receive, send);
      }
    };
  }

  private static void live(
      LifespanScope scope, Receive receive, Send send, Step startup, Step shutdown)
      throws Exception {
    receive.receive();
    startup.run(scope.state());
    send.send(new LifespanStartupComplete());
    receive.receive();
    shutdown.run(scope.state());
    send.send(new LifespanShutdownComplete());
  }
}
