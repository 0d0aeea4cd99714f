package dev.pounce.server.source;

import dev.pounce.app.Application;

/** Gives the application that a server serves, and newer versions of it. */
@FunctionalInterface
public interface Source {

  /**
   * The application as it is now. Called on a thread that may wait, one call at a time.
   *
   * @return a version that shares no state with those before
   * @throws Exception if there is none; the message says why, to be read by people
   */
  Version load() throws Exception;

  /**
   * A source of one version: the application that is given. A server that is told to reload says
   * that it can't.
   */
  static Source of(Application application) {
    return new Given(application);
  }
}
