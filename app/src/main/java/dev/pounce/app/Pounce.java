package dev.pounce.app;

import java.util.Map;
import java.util.ServiceLoader;

/** Serves an application from its own {@code main} method. */
public final class Pounce {

  private Pounce() {}

  /**
   * Serves the application with the defaults, as the environment ({@code POUNCE_*}) changes them.
   */
  public static void run(Application application) {
    run(application, Map.of());
  }

  /**
   * Serves the application until the process gets SIGTERM or SIGINT, then ends the process with
   * exit code 0, or 1 if a request had to be cut.
   *
   * @param settings configuration by kebab-case key, such as {@code "port", "9000"}; stronger than
   *     the environment
   * @throws IllegalArgumentException if a setting is unknown or has a bad value, naming all that
   *     are
   * @throws IllegalStateException if no server is on the class path or module path
   */
  public static void run(Application application, Map<String, String> settings) {
    Host host =
        ServiceLoader.load(Host.class)
            .findFirst()
            .orElseThrow(() ->
                new IllegalStateException(
                    "no server found: add pounce-server to the class path or module path"));
    System.exit(host.run(application, settings));
  }
}
