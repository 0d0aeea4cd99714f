package dev.pounce.app;

import java.util.Map;

/** What one call of {@link Application#handle} is about. */
public sealed interface Scope permits HttpScope, WebSocketScope, LifespanScope {

  /**
   * What the application's life span has stored. In a {@link LifespanScope} it may be added to
   * until start-up is complete; everywhere else it is the same, unmodifiable map.
   */
  Map<String, Object> state();
}
