package dev.pounce.house;

import dev.pounce.observe.log.LogLevel;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A row of the table of events in docs/observability.md. The condition of what holds always is
 * empty.
 */
record EventRow(
    String event, Map<String, String> levels, Map<String, List<String>> fieldsByCondition) {

  /** The fields of every line. */
  static final Set<String> ALWAYS = Set.of("event", "worker_id", "timestamp");

  static Document section() throws IOException {
    return Document.of("docs/observability.md").section("## Lifecycle log");
  }

  static List<EventRow> all() throws IOException {
    return section().table("event", "level", "when", "fields").stream()
        .map(cells ->
            new EventRow(
                Document.code(cells.getFirst()),
                parts(cells.get(1), ", "),
                parts(cells.get(3), "; ").entrySet().stream()
                    .collect(
                        Collectors.toMap(Map.Entry::getKey, it -> Document.codes(it.getValue())))))
        .toList();
  }

  /** What a cell says, by condition. */
  private static Map<String, String> parts(String cell, String separator) {
    Map<String, String> parts = new LinkedHashMap<>();
    for (String part : cell.split(separator)) {
      String[] words = part.split(": ", 2);
      parts.put(words.length == 1 ? "" : words[0], words[words.length - 1]);
    }
    return parts;
  }

  Set<String> allFields() {
    return fieldsByCondition.values().stream().flatMap(List::stream).collect(Collectors.toSet());
  }

  Set<String> fieldsOf(EventLine entry) {
    Set<String> fields = new HashSet<>(ALWAYS);
    fieldsByCondition.forEach((condition, some) -> {
      if (condition.isEmpty() || entry.is(condition)) {
        fields.addAll(some);
      }
    });
    return fields;
  }

  LogLevel levelOf(EventLine entry) {
    String level =
        levels.keySet().stream()
            .filter(condition -> !condition.isEmpty() && entry.is(condition))
            .findFirst()
            .map(levels::get)
            .orElse(levels.get(""));
    return LogLevel.valueOf(level.toUpperCase(Locale.ROOT));
  }

  @Override
  public String toString() {
    return event;
  }
}
