package dev.pounce.house;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * An event's line in the log.
 *
 * @param traced whether the server that wrote it traces
 */
record EventLine(JsonNode line, boolean traced) {

  String event() {
    return line.get("event").asString();
  }

  /** The event's name, marked if it was slow or failed. */
  String kind() {
    return (is("slow") ? "slow " : is("failed") ? "failed " : "") + event();
  }

  Set<String> fields() {
    return new HashSet<>(line.propertyNames());
  }

  /** Whether it is what the table of events calls by this name. */
  boolean is(String condition) {
    return switch (condition) {
      case "slow" -> line.has("slow");
      case "failed" -> line.has("failure");
      case "head complete" -> line.has("request_id");
      case "HTTP/2" -> line.has("stream_id");
      case "traced" -> traced && line.has("request_id");
      default -> throw new AssertionError("unknown condition: " + condition);
    };
  }
}
