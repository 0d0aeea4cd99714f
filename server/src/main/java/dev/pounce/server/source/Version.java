package dev.pounce.server.source;

import dev.pounce.app.Application;
import java.lang.System.Logger.Level;

/**
 * One version of an application.
 *
 * @param application what answers requests
 * @param loader the context class loader of the threads that run it
 * @param resources closed when nothing of the version runs any more, its class loader say
 */
public record Version(Application application, ClassLoader loader, AutoCloseable resources) {

  /** An application in the class loader of the current thread; nothing is closed at its end. */
  public static Version of(Application application) {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return new Version(
        application, context == null ? ClassLoader.getSystemClassLoader() : context, () -> {});
  }

  /** Closes the resources; what goes wrong with that is logged. Called once, by any thread. */
  public void close() {
    try {
      resources.close();
    } catch (Exception e) {
      System.getLogger("pounce").log(Level.WARNING, "A replaced version could not be closed", e);
    }
  }
}
