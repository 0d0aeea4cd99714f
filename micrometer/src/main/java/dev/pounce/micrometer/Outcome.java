package dev.pounce.micrometer;

import java.util.Set;

/**
 * What answered requests are told apart by. There are few of them, whatever clients and
 * applications send.
 */
record Outcome(String method, int status) {

  private static final String OTHER = "_OTHER";
  private static final Set<String> METHODS =
      Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");

  static Outcome of(String method, int status) {
    return new Outcome(
        METHODS.contains(method) ? method : OTHER, status >= 100 && status <= 599 ? status : 0);
  }

  String statusLabel() {
    return status == 0 ? OTHER : Integer.toString(status);
  }
}
