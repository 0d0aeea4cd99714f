package dev.pounce.server.supervise;

/** What a server that runs is told. */
public sealed interface Order {

  /**
   * Stop in order.
   *
   * @param cause the first line of the log about it
   */
  record Stop(String cause) implements Order {}

  /**
   * Load the application anew.
   *
   * @param cause how the first line of the log about it begins
   */
  record Reload(String cause) implements Order {}

  /**
   * Stop, because the server can't go on.
   *
   * @param why to be logged
   */
  record Fail(String why) implements Order {}
}
