package dev.pounce.server.exchange;

import dev.pounce.app.Application;
import dev.pounce.server.source.Version;
import java.util.Map;

/**
 * One version of the application, started: what serves requests until a reload puts the next in its
 * place. Compared by identity.
 */
public final class Generation {

  private final int number;
  private final Version version;
  private final Map<String, Object> state;

  /**
   * A generation that has been started.
   *
   * @param number from 1
   * @param version what serves
   * @param state what its life span has stored; unmodifiable
   */
  public Generation(int number, Version version, Map<String, Object> state) {
    this.number = number;
    this.version = version;
    this.state = state;
  }

  /** Its number, from 1. */
  public int number() {
    return number;
  }

  /** What answers requests. */
  public Application application() {
    return version.application();
  }

  /** The context class loader of the threads that serve it. */
  public ClassLoader loader() {
    return version.loader();
  }

  Map<String, Object> state() {
    return state;
  }
}
