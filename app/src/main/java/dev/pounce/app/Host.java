package dev.pounce.app;

import java.util.Map;

/** A server that {@link Pounce#run} can find (with {@link java.util.ServiceLoader}). */
public interface Host {

  /**
   * Serves the application until the process is told to stop.
   *
   * @param application what to serve
   * @param settings configuration in text form, by kebab-case key; what is not set comes from the
   *     environment, then from the defaults
   * @return the exit code: 0 when everything ended well, 1 when something was cut or could not
   *     start
   * @throws IllegalArgumentException if a setting is unknown or has a bad value, naming all that
   *     are
   */
  int run(Application application, Map<String, String> settings);
}
